/**
 * Packages for other platforms that the lock file forgot.
 *
 * A tool with a native program lists one optional package for each platform. Where a registry's mirror lacks some of
 * them, npm leaves those out of the lock file without a word, and from then on `npm ci` refuses it on every machine.
 * An entry of name, version and platform is enough: npm passes over it elsewhere and fetches it where it fits.
 */
export function forgotten(lock) {
  return Object.entries(lock.packages).flatMap(([path, { optionalDependencies, dev }]) =>
    Object.entries(optionalDependencies ?? {})
      .filter(([name]) => !resolves(lock, path, name))
      .map(([name, version]) => [`node_modules/${name}`, entry(name, version, dev)]),
  )
}

/** Completes the lock file in place, its entries in npm's order. */
export function complete(lock) {
  const entries = Object.entries({ ...lock.packages, ...Object.fromEntries(forgotten(lock)) })
  lock.packages = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, 'en')))
}

/** Node's own search: beside the package that asks, then in every folder above. */
function resolves(lock, path, name) {
  if (lock.packages[path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`]) return true
  return path !== '' && resolves(lock, path.replace(/\/?[^/]*$/, ''), name)
}

const systems = 'android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' ')
const processors = 'arm64 arm ia32 loong64 mips64el ppc64 riscv64 s390x wasm32 x64'.split(' ')
const libraries = { glibc: /-gnu/, musl: /-musl/ }

/** `@biomejs/cli-linux-x64-musl` names its platform. Keys stand in npm's order. */
function entry(name, version, dev) {
  const words = name.split(/[/-]/)
  const named = (list) => list.filter((word) => words.includes(word))
  const os = named(systems)
  const libc = os.includes('linux') ? Object.keys(libraries).filter((word) => libraries[word].test(name)) : []
  return {
    version,
    cpu: named(processors),
    ...(dev && { dev }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    os,
  }
}
