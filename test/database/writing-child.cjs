/** Writes to a database until it is killed, and prints each id once its write was acknowledged. */
const [, , bundle, dir, durability] = process.argv
const { openDatabase } = require(bundle)

const database = openDatabase({
  dir,
  now: Date.now,
  random: Math.random,
  durability,
  declared: { collections: { log: { indexes: [{ name: 'byN', keys: [['n', 1]] }] }, sums: {} } },
})

const run = (action, body) => database.handle(`database.${action}`, body)

async function write(lane) {
  for (let n = 0; ; n++) {
    const _id = `${process.pid}-${lane}-${n}`
    await run('insertDocument', {
      collectionName: 'log',
      data: [JSON.stringify({ _id, n, lane: `${process.pid}-${lane}` })],
    })
    process.stdout.write(`${_id}\n`)
    // Added up in one document: what is lost or done twice shows.
    await run('modifyDocument', {
      collectionName: 'sums',
      query: JSON.stringify({ _id: `${process.pid}-${lane}` }),
      data: JSON.stringify({ $inc: { sum: 1 } }),
      multi: false,
      merge: true,
      upsert: true,
    })
    process.stdout.write(`sum ${process.pid}-${lane} ${n + 1}\n`)
  }
}

for (let lane = 0; lane < 4; lane++) void write(lane)
