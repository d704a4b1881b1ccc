/** What staff can do with a campaign in which state: the buttons of its page, in their order. */
import type { CampaignProgress, CampaignState, Outcome } from '../../../core/contract'

export type Act = 'resume' | 'pause' | 'start' | 'unschedule' | 'review' | 'redrive' | 'clone' | 'cancel'

const buttons: readonly { act: Act; look: 'primary' | 'secondary' | 'danger'; from: CampaignState[] }[] = [
  { act: 'review', look: 'primary', from: ['draft'] },
  { act: 'resume', look: 'primary', from: ['paused'] },
  { act: 'pause', look: 'primary', from: ['running', 'scheduled'] },
  { act: 'start', look: 'secondary', from: ['scheduled'] },
  { act: 'unschedule', look: 'secondary', from: ['scheduled'] },
  { act: 'redrive', look: 'secondary', from: ['paused', 'finished', 'cancelled'] },
  { act: 'clone', look: 'secondary', from: ['scheduled', 'running', 'paused', 'finished', 'cancelled'] },
  { act: 'cancel', look: 'danger', from: ['draft', 'scheduled', 'running', 'paused'] },
]

/** Outcomes that can be sent once more, with those that are ticked at first. */
export const redriven = [
  { outcome: 'failed', isUsual: true },
  { outcome: 'invalid', isUsual: false },
  { outcome: 'refused', isUsual: false },
  { outcome: 'skipped', isUsual: false },
  { outcome: 'unknown', isUsual: false },
] as const satisfies readonly { outcome: Outcome; isUsual: boolean }[]
export type Redriven = (typeof redriven)[number]['outcome']

export interface Button {
  act: Act
  look: string
}

export function buttonsOf(state: CampaignState, { outcomes }: Pick<CampaignProgress, 'outcomes'>): Button[] {
  const hasFailed = redriven.some(({ outcome }) => (outcomes[outcome] ?? 0) > 0)
  return buttons
    .filter(({ act, from }) => from.includes(state) && (act !== 'redrive' || hasFailed))
    .map(({ act, look }) => ({ act, look }))
}

/** The rate can change until the campaign has ended. */
export const canAdjust = (state: CampaignState): boolean => state !== 'finished' && state !== 'cancelled'
