/**
 * What a warm instance runs: loads one function and answers invocations that come over fd 3 as frames (four bytes of
 * length, then JSON). Plain JavaScript that Node 16.13 understands, with nothing but Node in it.
 */
'use strict'

const { Socket } = require('node:net')

const channel = new Socket({ fd: 3, readable: true, writable: true })
const RealDate = Date
let offsetMs = 0

/** @param {object} frame */
function send(frame) {
  const body = Buffer.from(JSON.stringify(frame))
  const head = Buffer.allocUnsafe(4)
  head.writeUInt32BE(body.length)
  channel.write(Buffer.concat([head, body]))
}

// Moved time: only "what time is it now" moves; dates made from a value, and timers, stay as they are.
const realNow = RealDate.now.bind(RealDate)
const now = () => realNow() + offsetMs
const MovedDate = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
})
RealDate.now = now
RealDate.prototype.constructor = MovedDate
global.Date = MovedDate

// Output goes over the channel, so that it arrives before the result of the invocation that wrote it.
for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, encoding, callback) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    send({ type: 'output', text })
    const done = typeof encoding === 'function' ? encoding : callback
    if (typeof done === 'function') process.nextTick(done)
    return true
  }
}

/** What the platform reports for a thrown value: the stack of an error, else the value as text. */
function errorText(thrown) {
  if (thrown instanceof Error) return thrown.stack || String(thrown)
  if (typeof thrown === 'string') return thrown
  try {
    return JSON.stringify(thrown) || String(thrown)
  } catch {
    return String(thrown)
  }
}

const memoryMB = () => Math.ceil(process.memoryUsage.rss() / 1_048_576)

let main
let loadError
try {
  main = require(process.argv[2]).main
  if (typeof main !== 'function')
    loadError = `Error: ${process.argv[2]} does not export a function named main`
} catch (thrown) {
  loadError = errorText(thrown)
}

function contextOf(frame, settle) {
  const startedAt = realNow()
  return {
    ...frame.context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, frame.context.time_limit_in_ms - (realNow() - startedAt)),
    done: (error, value) => settle(error, value),
    succeed: (value) => settle(null, value),
    fail: (error) => settle(error || new Error('context.fail() was called without an error')),
  }
}

function invoke(frame) {
  // As the platform's own bootstrap does: variables are set over those of the last invocation. Identity keys that
  // this invocation lacks are deleted, since the SDK reads an empty string as an identity.
  for (const key of frame.unset) delete process.env[key]
  Object.assign(process.env, frame.env)
  offsetMs = frame.offsetMs

  let isSettled = false
  const settle = (error, value) => {
    if (isSettled) return
    isSettled = true
    if (error)
      return send({
        type: 'result',
        requestId: frame.requestId,
        error: errorText(error),
        memoryMB: memoryMB(),
      })
    let json
    try {
      json = JSON.stringify(value)
    } catch (thrown) {
      return send({
        type: 'result',
        requestId: frame.requestId,
        error: errorText(thrown),
        memoryMB: memoryMB(),
      })
    }
    send({
      type: 'result',
      requestId: frame.requestId,
      json: json === undefined ? 'null' : json,
      memoryMB: memoryMB(),
    })
  }

  if (loadError !== undefined) return settle(loadError)
  let returned
  try {
    returned = main(frame.event, contextOf(frame, settle), settle)
  } catch (thrown) {
    return settle(
      thrown === undefined || thrown === null || thrown === '' ? String(thrown) || 'undefined' : thrown,
    )
  }
  if (returned !== null && typeof returned === 'object' && typeof returned.then === 'function')
    returned.then(
      (value) => settle(null, value),
      (thrown) => settle(thrown || String(thrown) || 'undefined'),
    )
  // A main that takes a callback answers through it; any other answers with what it returned.
  else if (returned !== undefined || main.length < 3) settle(null, returned)
}

let pending = Buffer.alloc(0)
channel.on('data', (chunk) => {
  pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
  while (pending.length >= 4) {
    const length = pending.readUInt32BE(0)
    if (pending.length < 4 + length) return
    const frame = JSON.parse(pending.toString('utf8', 4, 4 + length))
    pending = pending.subarray(4 + length)
    if (frame.type === 'invoke') invoke(frame)
    else if (frame.type === 'clock') offsetMs = frame.offsetMs
  }
})
// The emulator is gone: so is the instance.
channel.on('close', () => process.exit(0))
channel.on('error', () => process.exit(0))

send({ type: 'ready' })
