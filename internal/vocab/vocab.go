// Package vocab holds the lists of the world that goods are described with:
// countries, languages, licences, Sustainable Development Goals, sectors and
// building blocks, as embedded data with the spellings met in practice.
package vocab
