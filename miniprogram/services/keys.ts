/** Idempotency keys: what is asked again because no answer came has the key of the first time. */
import { CallFailure } from './cloud'
import { newId } from './identifier'

export class Keys {
  private readonly keys: Record<string, string> = {}

  /** Calls with the key of this very question, which is forgotten with its answer: asked anew, it is a new one. */
  async ask<T>(asked: object, call: (key: string) => Promise<T>): Promise<T> {
    const question = JSON.stringify(asked)
    const key = (this.keys[question] ??= newId())
    try {
      const answer = await call(key)
      delete this.keys[question]
      return answer
    } catch (error) {
      // A refusal is an answer too.
      if (error instanceof CallFailure && error.code !== 'OFFLINE') delete this.keys[question]
      throw error
    }
  }
}
