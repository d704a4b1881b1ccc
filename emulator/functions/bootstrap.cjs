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

/**
 * How an error is told to the caller: with its stack, as WeChat reports it (wire.md §4). The platform's bootstrap adds
 * the remark to anything else.
 */
function errorText(thrown) {
  if (thrown instanceof Error) return thrown.stack || String(thrown)
  return `${String(thrown)}(callback err is not instance of Error)`
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

/** The invocation that is under way. It is over when its answer is sent. */
let running

/** An answer as the platform's bootstrap makes it: no error is null or undefined, no value is null. */
function answerOf(error, value) {
  if (error !== null && error !== undefined) return { error: errorText(error) }
  try {
    const json = JSON.stringify(value)
    return { json: json === undefined ? 'null' : json }
  } catch (thrown) {
    return { error: `stringify response to json failed: ${thrown.message}` }
  }
}

/** Ends an invocation: with the first answer it was given, or with null. */
function finish(invocation) {
  if (running !== invocation) return
  running = undefined
  channel.ref()
  const { requestId, answer = { json: 'null' } } = invocation
  send({ type: 'result', requestId, memoryMB: memoryMB(), ...answer })
}

function contextOf(frame, invocation, answer) {
  const startedAt = realNow()
  const answerNow = (error, value) => {
    invocation.waits = false
    answer(error, value)
  }
  return {
    get callbackWaitsForEmptyEventLoop() {
      return invocation.waits
    },
    set callbackWaitsForEmptyEventLoop(waits) {
      invocation.waits = waits
    },
    getContext: () => frame.context,
    getRemainingTimeInMillis: () => Math.max(0, frame.context.time_limit_in_ms - (realNow() - startedAt)),
    done: answerNow,
    succeed: (value) => answerNow(null, value),
    fail: (error) => answerNow(error, null),
    ...frame.context,
  }
}

function invoke(frame) {
  // As the platform's own bootstrap does: variables are set over those of the last invocation. Identity keys that
  // this invocation lacks are deleted, since the SDK reads an empty string as an identity.
  for (const key of frame.unset) delete process.env[key]
  Object.assign(process.env, frame.env)
  offsetMs = frame.offsetMs

  const invocation = { requestId: frame.requestId, waits: true, answer: undefined }
  running = invocation
  // From now on the event loop is empty when only the channel is left: see beforeExit.
  channel.unref()
  const answer = (error, value) => {
    if (invocation.answer !== undefined) return
    invocation.answer = answerOf(error, value)
    if (!invocation.waits) finish(invocation)
  }

  if (loadError !== undefined) {
    invocation.answer = { error: loadError }
    return finish(invocation)
  }
  const context = contextOf(frame, invocation, answer)
  let returned
  try {
    returned = main(frame.event, context, answer)
  } catch (thrown) {
    invocation.answer = { error: errorText(thrown) }
    return
  }
  if (returned !== null && returned !== undefined && typeof returned.then === 'function')
    returned.then(context.succeed, context.fail)
  // A plain function may return its answer (WeChat's quickstart "login" does). Without one it is over, or its
  // callback's answer goes out, when nothing is left to do.
  else if (returned !== undefined) context.succeed(returned)
}

process.on('beforeExit', () => {
  if (running !== undefined) finish(running)
})
// What nobody caught ends the invocation, not the instance.
process.on('uncaughtException', (thrown) => {
  if (running === undefined) {
    process.stderr.write(`${errorText(thrown)}\n`)
    return
  }
  if (running.answer === undefined) running.answer = answerOf(thrown)
  finish(running)
})

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
