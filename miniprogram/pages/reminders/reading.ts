/** What the service and WeChat know that the page shows. */
import { readChoices } from '../../services/choices'
import { call } from '../../services/cloud'
import { record } from '../../services/pending'

/** First what was answered and not recorded yet: what is left depends on it. Throws CallFailure. */
export async function readAll() {
  await record()
  const [{ offers }, { reminders }, choices] = await Promise.all([
    call('subscriber', 'subscription.offer', {}),
    call('subscriber', 'reminder.mine', {}),
    readChoices(),
  ])
  return { offers, reminders, choices }
}
