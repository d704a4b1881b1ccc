/** Work that an answer leaves behind; it says whose work it was. */
const leaveWork = ({ request_id }) =>
  void setTimeout(() => console.log(`the work of ${request_id} was done`), 20)

/** Answers in every manner that a Node.js cloud function can; each is run here and on the platform's own bootstrap. */
const manners = {
  'returns a promise': () => Promise.resolve({ a: 1 }),
  'returns a promise of undefined': () => Promise.resolve(),
  'returns a thenable': () => ({ then: (fulfil) => fulfil('thenable') }),
  'returns a value': () => ({ a: 1 }),
  'returns nothing': () => {},
  'returns nothing and has work left': (event, context) => leaveWork(context),
  'returns a promise and has work left': (event, context) => {
    leaveWork(context)
    return Promise.resolve('early')
  },
  'calls back': (event, context, callback) => callback(null, { a: 1 }),
  'calls back with nothing': (event, context, callback) => callback(),
  'calls back later': (event, context, callback) => void setTimeout(callback, 5, null, 'later'),
  'calls back twice': (event, context, callback) => {
    callback(null, 'first')
    callback(null, 'second')
  },
  'calls back and has work left': (event, context, callback) => {
    leaveWork(context)
    callback(null, 'kept until the work is done')
  },
  'calls back at once, not waiting': (event, context, callback) => {
    context.callbackWaitsForEmptyEventLoop = false
    leaveWork(context)
    callback(null, 'at once')
  },
  'calls back and then throws': (event, context, callback) => {
    callback(null, 'first')
    throw new Error('too late')
  },
  'never calls back': (event, context, callback) => void callback,
  'never settles': () => new Promise(() => {}),
  'calls done': (event, context) => context.done(null, 'done'),
  'calls succeed': (event, context) => context.succeed('succeeded'),
  'calls fail': (event, context) => context.fail(new Error('failed')),
  'calls fail without an error': (event, context) => context.fail(),
  'calls done and has work left': (event, context) => {
    leaveWork(context)
    context.done(null, 'at once')
  },
  'calls back with an error': (event, context, callback) => callback(new Error('from the callback')),
  'calls back with a text': (event, context, callback) => callback('only text'),
  'throws an error': () => {
    throw new Error('thrown')
  },
  'rejects with an error': () => Promise.reject(new TypeError('rejected')),
  'rejects with a text': () => Promise.reject('only text'),
  'rejects with an object': () => Promise.reject({ why: 'x' }),
  'rejects with nothing': () => Promise.reject(),
  'rejects with null': () => Promise.reject(null),
  'fails where nobody catches': (event, context, callback) => {
    setTimeout(() => {
      throw new Error('from a timer')
    }, 1)
    void callback
  },
  'leaves a rejection behind': () => {
    Promise.reject(new Error('nobody waits for me'))
    return new Promise((resolve) => setTimeout(resolve, 20, 'after it'))
  },
  'gives a circle': () => {
    const circle = {}
    circle.self = circle
    return Promise.resolve(circle)
  },
  'gives a BigInt': async () => ({ n: BigInt(1) }),
  'gives what JSON leaves out': async () => ({
    kept: null,
    dropped: undefined,
    f: () => 1,
    at: new Date(0),
    n: NaN,
  }),
  'gives a function': async () => () => 1,
  'tells its event': async (event) => event,
  'tells its context': async (event, context) => context,
  'tells the context of getContext': async (event, context) => Object.keys(context.getContext()).sort(),
  'tells its place': async () => ({
    folder: process.cwd() === __dirname,
    main: require.main !== module,
  }),
  'tells its process': async () => ({ pid: process.pid, node: process.version }),
  'tells its environment': async (event) =>
    Object.fromEntries(event.names.map((name) => [name, process.env[name]])),
}

exports.names = Object.keys(manners)
exports.main = (event, context, callback) => manners[event.manner](event, context, callback)
