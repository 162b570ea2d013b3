// Reads [{name, kind, text}] and writes [{name, problem}]: what other people's
// readers and validators find wrong in what Stoa gives away. It asks no network.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createRequire } from 'node:module'
import jsonld from 'jsonld'
import { XMLValidator } from 'fast-xml-parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { plugins } from '@citation-js/core'
import { validateCFF } from 'cffjs'
import { CORE_SCHEMA, load } from 'js-yaml'
import vnu from 'vnu-jar'
import '@citation-js/plugin-cff'
import '@citation-js/plugin-bibtex'

// The vocabulary of schema.org, as its typings list it: a term that is not in
// it is undefined, which the safe mode of the processor refuses.
function vocabulary () {
  const types = createRequire(import.meta.url).resolve('schema-dts').replace(/schema\.js$/, 'schema.d.ts')
  const text = readFileSync(types, 'utf8')
  const context = {}
  for (const [, name] of text.matchAll(/^ {4}"([a-z]\w*)"\?:/gm)) context[name] = 'http://schema.org/' + name
  for (const [, name] of text.matchAll(/^export type ([A-Z]\w*) =/gm)) context[name] = 'http://schema.org/' + name
  return { '@context': context }
}

const vocab = vocabulary()
const known = ['https://schema.org', 'https://schema.org/', 'https://w3id.org/codemeta/3.0']
const documentLoader = async url => {
  if (!known.includes(url)) throw new Error('asks for ' + url)
  return { contextUrl: null, documentUrl: url, document: vocab }
}

// cited is what a reader of citations makes of one entry.
function cited (text, type) {
  const [entry, more] = plugins.input.chain(text, { forceType: type })
  if (!entry) throw new Error('no entry')
  if (more && !more.title) throw new Error('a reference without a title')
  if (!entry.title) throw new Error('no title')
  return entry
}

const checks = {
  async jsonld (text) {
    const quads = await jsonld.toRDF(JSON.parse(text), { documentLoader, safe: true })
    if (quads.length < 3) throw new Error('says next to nothing: ' + quads.length)
  },
  xml (text) {
    const found = XMLValidator.validate(text)
    if (found !== true) throw new Error(JSON.stringify(found.err))
  },
  async openapi (text) {
    const validator = new Validator()
    const found = await validator.validate(text)
    if (!found.valid) throw new Error(JSON.stringify(found.errors).slice(0, 2000))
    if (!validator.version.startsWith('3.1')) throw new Error('read as ' + validator.version)
  },
  // The schema of version 1.2.0, as the package carries it; its dates are text.
  cff (text) {
    cited(text, '@else/yaml')
    validateCFF(load(text, { schema: CORE_SCHEMA }))
  },
  bibtex (text) { cited(text, '@bibtex/text') }
}

// shown is what the Nu checker says of pages, drawings and styles: errors and
// warnings, as [{name, problem}]. It looks at all of them in one run.
function shown (docs) {
  if (docs.length === 0) return []
  const dir = mkdtempSync(join(tmpdir(), 'stoa-shown-'))
  try {
    const files = docs.map(({ kind, text }, i) => {
      const file = join(dir, `${i}.${kind}`)
      writeFileSync(file, text)
      return file
    })
    const flags = ['--format', 'json', '--stdout', '--exit-zero-always', '--also-check-svg', '--also-check-css', '--no-langdetect']
    const said = execFileSync('java', ['-jar', String(vnu), ...flags, ...files], { maxBuffer: 1 << 28 })
    return JSON.parse(said).messages.filter(m => m.type !== 'info' || m.subType === 'warning').map(m => ({
      name: docs[parseInt(basename(m.url ?? '0'))].name,
      problem: `line ${m.lastLine}: ${m.message} ${(m.extract ?? '').replace(/\s+/g, ' ')}\n`
    }))
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const given = JSON.parse(readFileSync(0, 'utf8'))
const seen = ['html', 'svg', 'css']
const out = shown(given.filter(({ kind }) => seen.includes(kind)))
for (const { name, kind, text } of given) {
  if (seen.includes(kind)) continue
  try {
    await checks[kind](text)
  } catch (e) {
    out.push({ name, problem: String(e.message) + (e.details ? ' ' + JSON.stringify(e.details).slice(0, 1000) : '') })
  }
}
process.stdout.write(JSON.stringify(out))
