import type { EmitContext } from './layer.ts'

/** The context of a layer inside another one (a wrapper's): its weights and states stand under `prefix/`. */
export function innerContext(context: EmitContext, prefix: string): EmitContext {
  return {
    ...context,
    weight: (name) => context.weight(`${prefix}/${name}`),
    update: (name, change) => context.update(`${prefix}/${name}`, change),
    state: (name, shape) => context.state(`${prefix}/${name}`, shape),
  }
}
