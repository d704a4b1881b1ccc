import { Catalogue } from '../../core/catalogue'
import { templates } from '../../templates'

test('x', () => {
  const c = new Catalogue(templates)
  for (const t of c.templates) console.log(JSON.stringify(t.card(t.render(t.definition.example))))
  const t = c.get('order-shipped')
  try {
    t.render({ goods: 3, x: 1, total: -1, carrier: 'a', shippedAt: '2026-02-30T10:00' })
  } catch (e) {
    console.log(e)
  }
})
