import type { Person, World } from '../world'

/** The people who use the Mini Program. */
export class People {
  private readonly byOpenid: Map<string, Person>

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
}
