import type { CodeSpace } from 'glass-easel-miniprogram-adapter'
import type { Phone } from '../phone'
import { buttons } from './button'
import { choices } from './choice'
import { containers } from './containers'
import { entries } from './entry'
import { forms } from './form'
import { media } from './media'
import { pickers } from './picker'
import { ranges } from './range'
import { texts } from './text'
import { registerBuiltin } from './view'

export const BUILTINS = [containers, texts, buttons, forms, entries, choices, ranges, pickers, media].flat()

/** Makes every built-in component known; must come before the app's own components. */
export function registerBuiltins(space: CodeSpace, phone: Phone): void {
  for (const builtin of BUILTINS) registerBuiltin(space, phone, builtin)
}
