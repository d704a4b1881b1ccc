/** What the simulator's bundle gives to whoever runs seeds: one seed, and how seeds are added up. */
export { breachesOf, type Coverage, isBroken, merge, nothing } from './coverage'
export { type Result, simulate } from './simulation'
