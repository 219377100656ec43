import type { Model } from '@carousel/core'
import { originOf, type Provenance, taskOf } from '@carousel/tasks'
import { chars } from './chars.ts'
import { forecast } from './forecast.ts'
import { mnist } from './mnist.ts'
import type { Recipe } from './recipe.ts'
import { speech } from './speech.ts'
import { text } from './text.ts'

/** Every task that the command trains, in the order of its help. */
export const recipes: readonly Recipe[] = [mnist, text, speech, forecast, chars]

/** The recipe that made a model, and what its file says of it. */
export interface Made {
  recipe: Recipe
  origin: Provenance
}

/** Undefined where it was another recipe, or none. */
export function madeBy(model: Model): Made | undefined {
  const recipe = recipes.find(({ task }) => task.name === taskOf(model))
  const origin = recipe && originOf(recipe.task, model)
  return recipe && origin && { recipe, origin }
}
