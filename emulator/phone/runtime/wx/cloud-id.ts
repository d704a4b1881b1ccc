/**
 * What wx.cloud.CloudID(id) gives, with or without `new`. On its way to the emulator it is marked, so that the platform
 * knows which fields to fill in (emulator/control/open-data.ts); a page sees it as the id.
 */
export class CloudID {
  constructor(readonly cloudID: string) {}

  toString(): string {
    return this.cloudID
  }

  toJSON(): object {
    return { __cloudID: this.cloudID }
  }
}

export function cloudIdOf(id: unknown): CloudID {
  if (typeof id !== 'string' || !id)
    throw new TypeError(`wx.cloud.CloudID: the cloudID must be a string, got ${typeof id}`)
  return new CloudID(id)
}
