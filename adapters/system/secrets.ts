/** Seals texts with AES-256-GCM, by a key from the environment. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { ServiceError } from '../../core/errors'
import { faultsOf } from '../../core/faults'
import type { Secrets } from '../../core/ports'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
/** What GCM is made for: 96 bits, new for each text. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Names the form, so that another can come beside it. */
const FORM = 'v1.'

const keyOf = (text: string): Buffer =>
  /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')

const schema = z.object({
  HONGYAN_SECRET: z
    .string()
    .refine((text) => keyOf(text).length === KEY_BYTES, '32 bytes in base64 or hex: openssl rand -base64 32')
    .optional(),
})

/** Undefined without a key. Throws SETTINGS_INVALID where it is none; never says what it is. */
export function secretsOf(env: Record<string, string | undefined>): Secrets | undefined {
  const given = env['HONGYAN_SECRET'] || undefined
  const parsed = schema.safeParse({ HONGYAN_SECRET: given })
  if (!parsed.success)
    throw new ServiceError('SETTINGS_INVALID', {}, faultsOf(parsed.error, '', { HONGYAN_SECRET: '***' }))
  return given === undefined ? undefined : sealedWith(keyOf(given))
}

/** `of` is bound to what is sealed: a text that is moved to another person does not open there. */
export const sealedWith = (key: Buffer): Secrets => ({
  seal(text, of) {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(of))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return FORM + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
  },
  open(sealed, of) {
    const bytes = Buffer.from(sealed.slice(FORM.length), 'base64url')
    if (!sealed.startsWith(FORM) || bytes.length < NONCE_BYTES + TAG_BYTES) return null
    const nonce = bytes.subarray(0, NONCE_BYTES)
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
    try {
      const opener = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(of))
        .setAuthTag(tag)
      return Buffer.concat([
        opener.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
        opener.final(),
      ]).toString()
    } catch {
      // GCM's only verdict: another key, another person, or changed bytes.
      return null
    }
  },
})
