import { randomBytes } from 'node:crypto'
import type { Random } from '../../core/ports'

/** 128 bits as hex. */
export const systemRandom: Random = () => randomBytes(16).toString('hex')
