import { GatewayError } from '../gateway/gateway-error'
import type { History } from './history'
import { TRANSACTION_MS } from './limits'
import { Transaction } from './transaction'
import type { View } from './view'
import type { Writer } from './writer'

/**
 * The open transactions. A conflict is reported at the commit, where the SDK runs the callback again (wire.md §3.1).
 * The platform lets a plain write wait for a transaction that wrote the same document (wechat.md §11); here it goes
 * first and the transaction meets the conflict.
 */
export class Transactions {
  private readonly open = new Map<string, Transaction>()

  constructor(
    private readonly options: { now: () => number; newId: () => string; history: History },
    private readonly writer: Writer,
    private readonly live: View,
  ) {}

  start(): string {
    this.dropExpired()
    const id = this.options.newId()
    this.open.set(id, new Transaction(this.options.now(), this.options.history.openSnapshot()))
    return id
  }

  get(id: string): Transaction {
    this.dropExpired()
    const transaction = this.open.get(id)
    if (transaction === undefined)
      throw new GatewayError(
        'DATABASE_TRANSACTION_FAIL',
        `transaction ${id} is not open: it was ended, or not within ${TRANSACTION_MS / 1000} s of its start`,
      )
    return transaction
  }

  async commit(id: string): Promise<void> {
    const transaction = this.get(id)
    this.open.delete(id)
    try {
      await this.writer.submit(() => {
        if (transaction.hasConflict())
          throw new GatewayError(
            'DATABASE_TRANSACTION_CONFLICT',
            `transaction ${id}: WriteConflict, another write changed the same document since its start`,
          )
        transaction.applyTo(this.live)
      }, true)
    } finally {
      transaction.close()
    }
  }

  abort(id: string): void {
    const transaction = this.get(id)
    this.open.delete(id)
    transaction.close()
  }

  private dropExpired(): void {
    const latest = this.options.now() - TRANSACTION_MS
    for (const [id, transaction] of this.open) {
      if (transaction.startedAt >= latest) continue
      this.open.delete(id)
      transaction.close()
    }
  }
}
