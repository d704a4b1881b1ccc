import type { Phone } from '../phone'
import { openModal } from './modal'

/** What the button event tells: a cloudID and a code, or that the person refused. */
export type PhoneNumberAnswer =
  | { errMsg: string }
  | { errMsg: string; code: string; cloudID: string; encryptedData: string; iv: string }

const NAME = 'getPhoneNumber'
const HOME = '86'

/** WeChat asks the person, and hands their number over by cloudID. The code is told and exchanged for nothing here. */
export async function askPhoneNumber(phone: Phone): Promise<PhoneNumberAnswer> {
  const { phoneNumber } = phone.options.person
  if (phoneNumber === undefined) {
    phone.warnings.add(
      'MISSING_API',
      'this person has no phoneNumber in the world file: WeChat would have them bind one',
    )
    return { errMsg: `${NAME}:fail no bound phone number` }
  }
  const { texts } = phone
  const { confirm } = await openModal(phone, {
    title: `${phone.appName()} ${texts.phoneTitle}`,
    content: `${phoneNumber.slice(0, 3)}****${phoneNumber.slice(-4)}`,
    showCancel: true,
    cancelText: texts.refuse,
    confirmText: texts.allow,
    editable: false,
    placeholderText: '',
  })
  if (!confirm) return { errMsg: `${NAME}:fail user deny` }
  const data = { phoneNumber, purePhoneNumber: phoneNumber, countryCode: HOME }
  const cloudID = await phone.host.cloudId(data)
  return {
    errMsg: `${NAME}:ok`,
    code: `code-${cloudID}`,
    cloudID,
    encryptedData: 'not-played-use-the-cloudID',
    iv: 'not-played',
  }
}
