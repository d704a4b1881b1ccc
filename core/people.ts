/** What is known of a person: the language they read. */
import type { Language, Openid } from './contract'
import type { Doc, Ports } from './ports'

type Subscriber = Doc & { language: Language; seenAt: number }

export async function see(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  openid: Openid,
  language: Language,
) {
  const seen = { language, seenAt: clock.now() }
  if ((await store.update('subscribers', { _id: openid }, { set: seen })) > 0) return
  await store.insert('subscribers', { _id: openid, ...seen })
}

export async function languageOf(
  { store }: Pick<Ports, 'store'>,
  openid: Openid,
): Promise<Language | undefined> {
  return (await store.get<Subscriber>('subscribers', openid))?.language
}
