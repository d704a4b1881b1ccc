import * as z from 'zod'

/** The parts of app.json and page JSON that the phone uses; everything else is accepted and left alone. */
const color = z.string().min(1)
const usingComponents = z.record(z.string(), z.string().min(1))

export const windowSchema = z.looseObject({
  navigationBarTitleText: z.string().optional(),
  navigationBarBackgroundColor: color.optional(),
  navigationBarTextStyle: z.string().optional(),
  navigationStyle: z.enum(['default', 'custom']).optional(),
  backgroundColor: color.optional(),
  backgroundTextStyle: z.string().optional(),
  enablePullDownRefresh: z.boolean().optional(),
  onReachBottomDistance: z.number().optional(),
})

const tab = z.looseObject({
  pagePath: z.string().min(1),
  text: z.string().min(1),
  iconPath: z.string().optional(),
  selectedIconPath: z.string().optional(),
})

export const tabBarSchema = z.looseObject({
  color: color.optional(),
  selectedColor: color.optional(),
  backgroundColor: color.optional(),
  borderStyle: z.string().optional(),
  custom: z.boolean().optional(),
  // Two to five tabs: the framework refuses app.json otherwise.
  list: z.array(tab).min(2, 'needs at least 2 tabs').max(5, 'allows at most 5 tabs'),
})

const subpackage = z.looseObject({ root: z.string().min(1), pages: z.array(z.string().min(1)) })

export const appSchema = z.looseObject({
  pages: z.array(z.string().min(1)).min(1, 'needs at least one page'),
  entryPagePath: z.string().optional(),
  window: windowSchema.optional(),
  tabBar: tabBarSchema.optional(),
  subpackages: z.array(subpackage).optional(),
  subPackages: z.array(subpackage).optional(),
  usingComponents: usingComponents.optional(),
  darkmode: z.boolean().optional(),
  style: z.string().optional(),
  themeLocation: z.string().optional(),
})

export const componentSchema = windowSchema.extend({
  component: z.boolean().optional(),
  usingComponents: usingComponents.optional(),
  componentGenerics: z
    .record(z.string(), z.union([z.literal(true), z.object({ default: z.string().optional() })]))
    .optional(),
  componentPlaceholder: z.record(z.string(), z.string()).optional(),
  styleIsolation: z.string().optional(),
  addGlobalClass: z.boolean().optional(),
  pureDataPattern: z.string().optional(),
})

export const themeSchema = z.object({
  light: z.record(z.string(), z.string()),
  dark: z.record(z.string(), z.string()),
})

export type AppJson = z.output<typeof appSchema>
export type ComponentJson = z.output<typeof componentSchema>
export type ThemeJson = z.output<typeof themeSchema>
