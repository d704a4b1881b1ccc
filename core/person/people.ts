/** What is known of a person: the language they read, when they are left in peace, what they mute, their tags. */
import type { Language, Openid, QuietHours } from '../contract'
import { type Doc, ne, type Ports } from '../ports'

/**
 * A person. Audiences are read from quotas alone, which hold copies of language, quiet hours, mutes and tags: who
 * changes one writes it here first, then to the quotas, and looks here again, so that the last word is in both.
 */
export type Subscriber = Doc & {
  /** Absent as long as the person was only tagged. */
  language?: Language
  /** Chosen in the preferences: the phone's language does not count any more. */
  isLanguageChosen?: boolean
  quiet?: QuietHours | null
  /** Keys of templates. */
  muted?: string[]
  /** Sorted, each once. */
  tags?: string[]
  /** The phone number, sealed (core/open-data/kept.ts). */
  phone?: { sealed: string; keptAt: number }
  seenAt?: number
}

/** What a person reads who was never seen. */
export const DEFAULT_LANGUAGE: Language = 'zh_CN'

/** Notes that the person was here, with the language of their phone unless they chose one. */
export async function see(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  openid: Openid,
  language: Language,
): Promise<void> {
  const _id = openid
  const seenAt = clock.now()
  if ((await store.update('subscribers', { _id, language }, { set: { seenAt } })) > 0) return
  if (await store.insert('subscribers', { _id, language, seenAt })) return
  const set = { language, seenAt }
  if ((await store.update('subscribers', { _id, isLanguageChosen: ne(true) }, { set })) > 0)
    await store.update('quotas', { openid }, { set: { language } })
  else await store.update('subscribers', { _id }, { set: { seenAt } })
}

export const readSubscriber = ({ store }: Pick<Ports, 'store'>, openid: Openid) =>
  store.get<Subscriber>('subscribers', openid)

export async function languageOf(ports: Pick<Ports, 'store'>, openid: Openid): Promise<Language | undefined> {
  return (await readSubscriber(ports, openid))?.language
}
