import type { Person, World } from '../world'

/** The people who use the Mini Program. */
export class People {
  private readonly byOpenid: Map<string, Person>
  private readonly seenAt = new Map<string, number>()

  constructor(world: World) {
    this.byOpenid = new Map(world.people.map((person) => [person.openid, person]))
  }

  has(openid: string): boolean {
    return this.byOpenid.has(openid)
  }

  find(openid: string): Person | undefined {
    return this.byOpenid.get(openid)
  }

  list(): Person[] {
    return [...this.byOpenid.values()]
  }

  /** The person uses the Mini Program. Kept in memory: after a restart nobody has been here yet. */
  see(openid: string, now: number): void {
    this.seenAt.set(openid, now)
  }

  /** When the person last used the Mini Program (ms since 1970). */
  lastSeen(openid: string): number | undefined {
    return this.seenAt.get(openid)
  }
}
