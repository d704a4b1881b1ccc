import { NoAnswer } from './stage'

const EVERY_MS = 500

/** Asks now and then whether something is over, beside everything else: the answer may wait for those who are in trouble. */
export class Poll {
  isOver = false
  isAsking = false
  private dueAt = 0
  private fault: { error: unknown } | undefined

  constructor(private readonly question: () => Promise<boolean>) {}

  /** Throws what the last question threw. */
  askIfDue(now: number): void {
    if (this.fault) throw this.fault.error
    if (this.isOver || this.isAsking || now < this.dueAt) return
    this.isAsking = true
    this.dueAt = now + EVERY_MS
    this.question()
      .then(
        (answer) => {
          this.isOver = answer
        },
        (error: unknown) => {
          if (!(error instanceof NoAnswer)) this.fault = { error }
        },
      )
      .finally(() => {
        this.isAsking = false
      })
  }
}
