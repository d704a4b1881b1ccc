/** The collections and indexes that the service needs (design section 4). `hongyan build` writes them for the emulator. */

export type IndexKey = [field: string, direction: 1 | -1]
export interface Index {
  name: string
  keys: IndexKey[]
  unique?: true
}

export const collections = {
  subscribers: { indexes: [] },
  prompts: { indexes: [{ name: 'openid', keys: [['openid', 1]] }] },
  events: {
    indexes: [
      {
        name: 'openid_at',
        keys: [
          ['openid', 1],
          ['at', -1],
        ],
      },
    ],
  },
  quotas: { indexes: [{ name: 'openid', keys: [['openid', 1]] }] },
  formids: {
    indexes: [
      {
        name: 'openid_expiresAt',
        keys: [
          ['openid', 1],
          ['expiresAt', 1],
        ],
      },
      { name: 'expiresAt', keys: [['expiresAt', 1]] },
      // The ledger goes on from a formId.
      {
        name: 'lane_id',
        keys: [
          ['lane', 1],
          ['_id', 1],
        ],
      },
    ],
  },
  conversations: { indexes: [{ name: 'until', keys: [['until', 1]] }] },
  sends: {
    indexes: [
      {
        name: 'lane_state_dueAt',
        keys: [
          ['lane', 1],
          ['state', 1],
          ['dueAt', 1],
        ],
      },
      {
        name: 'openid_outcome_doneAt',
        keys: [
          ['openid', 1],
          ['outcome', 1],
          ['doneAt', -1],
        ],
      },
    ],
  },
  reminderRules: {
    indexes: [
      {
        name: 'openid_state',
        keys: [
          ['openid', 1],
          ['state', 1],
        ],
      },
      {
        name: 'kind_createdAt',
        keys: [
          ['kind', 1],
          ['createdAt', -1],
        ],
      },
      {
        name: 'series_id',
        keys: [
          ['series', 1],
          ['_id', 1],
        ],
      },
      // Few are unmade at any time.
      { name: 'made', keys: [['made', 1]] },
      { name: 'people', keys: [['people', 1]] },
    ],
  },
  reminders: {
    indexes: [
      {
        name: 'lane_state_dueAt',
        keys: [
          ['lane', 1],
          ['state', 1],
          ['dueAt', 1],
        ],
      },
      {
        name: 'state_dueAt',
        keys: [
          ['state', 1],
          ['dueAt', 1],
        ],
      },
      {
        name: 'rule_state',
        keys: [
          ['rule', 1],
          ['state', 1],
        ],
      },
      { name: 'at', keys: [['at', 1]] },
      {
        name: 'openid_outcome_doneAt',
        keys: [
          ['openid', 1],
          ['outcome', 1],
          ['doneAt', -1],
        ],
      },
    ],
  },
  pages: {
    indexes: [
      // Few pages are open at any time: a lane's are found among them.
      {
        name: 'isOpen_campaign',
        keys: [
          ['isOpen', 1],
          ['campaign', 1],
        ],
      },
      { name: 'lateAt', keys: [['lateAt', 1]] },
      // The ledger looks for pages that no quota has taken over.
      {
        name: 'lanes_template_booked_id',
        keys: [
          ['lanes', 1],
          ['template', 1],
          ['booked', 1],
          ['_id', 1],
        ],
      },
      {
        name: 'reduced_closedAt',
        keys: [
          ['reduced', 1],
          ['closedAt', 1],
        ],
      },
      // Reports by code go on from a page's id.
      {
        name: 'campaign_has_id',
        keys: [
          ['campaign', 1],
          ['has', 1],
          ['_id', 1],
        ],
      },
    ],
  },
  audiences: {
    indexes: [
      {
        name: 'kind_createdAt',
        keys: [
          ['kind', 1],
          ['createdAt', -1],
        ],
      },
    ],
  },
  campaigns: {
    indexes: [
      { name: 'state', keys: [['state', 1]] },
      { name: 'createdAt', keys: [['createdAt', -1]] },
    ],
  },
  progress: { indexes: [{ name: 'campaign', keys: [['campaign', 1]] }] },
  revisions: { indexes: [] },
  budgets: { indexes: [] },
  /** The access token that HTTPS sending shares. Nobody but functions may read it. */
  tokens: { indexes: [] },
  /** Codes of wx.login that were exchanged, for five minutes. Nobody but functions may read it. */
  logins: { indexes: [{ name: 'openid', keys: [['openid', 1]] }] },
  lanes: { indexes: [] },
  staff: { indexes: [] },
  audit: { indexes: [{ name: 'at', keys: [['at', -1]] }] },
} as const satisfies Record<string, { indexes: Index[] }>

export type Collection = keyof typeof collections
