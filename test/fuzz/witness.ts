/** What was acknowledged stays: documents that no mutant knows of, written between batches and read again. */
import * as z from 'zod'

const reply = z.looseObject({
  code: z.string().optional(),
  message: z.string().optional(),
  data: z.looseObject({ list: z.array(z.string()).optional() }).optional(),
})

export class Witness {
  private readonly written: number[] = []

  constructor(private readonly url: () => string) {}

  async begin(): Promise<void> {
    await this.ask({ action: 'database.addCollection' })
  }

  /** Writes some more documents; resolves when they are acknowledged. */
  async write(count: number): Promise<void> {
    const first = this.written.length
    const numbers = Array.from({ length: count }, (_, index) => first + index)
    const data = numbers.map((n) => JSON.stringify({ _id: `w${n}`, n: { $numberInt: String(n) } }))
    await this.ask({ action: 'database.insertDocument', data })
    this.written.push(...numbers)
  }

  /** The numbers of documents that are no longer there, or no longer as they were. */
  async missing(): Promise<number[]> {
    const found = new Set<number>()
    for (let offset = 0; offset < this.written.length; offset += 1000) {
      const page = { action: 'database.getDocument', limit: 1000, offset, order: '{"n":1}' }
      const { data } = await this.ask(page)
      for (const text of data?.list ?? []) {
        const { _id, n } = z.strictObject({ _id: z.string(), n: z.number() }).parse(JSON.parse(text))
        if (_id === `w${n}`) found.add(n)
      }
    }
    return this.written.filter((n) => !found.has(n))
  }

  private async ask(body: Record<string, unknown>): Promise<z.output<typeof reply>> {
    const answer = await fetch(`${this.url()}/admin`, {
      method: 'POST',
      body: JSON.stringify({ collectionName: 'witness', ...body }),
    })
    const parsed = reply.parse(await answer.json())
    if (parsed.code !== undefined)
      throw new Error(`${String(body['action'])}: ${parsed.code} ${parsed.message}`)
    return parsed
  }
}
