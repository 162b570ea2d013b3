package check

import (
	"slices"
	"strings"

	"stoa/internal/check/manifest"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
)

// kindsID is the id of what is said of the kind of a good that nobody named.
const kindsID = "general.kinds"

// What the names of files tell of the kind of a good.
var (
	kindByExt = byExt(map[good.Kind]string{
		good.AI:   ".safetensors .gguf .onnx .pt .pth .tflite .ckpt .mlmodel",
		good.Data: ".csv .tsv .parquet .geojson .xlsx .xls .ods .nc .shp .gpkg .jsonl .ndjson .feather .arrow .sav .dta .rds .tif .tiff",
		good.Software: `.go .py .js .ts .jsx .tsx .java .kt .swift .c .h .cc .cpp .cs .rs .rb .php .scala .clj .ex .exs .erl .hs .ml .lua .pl .r .jl .dart .vue .svelte
			.sh .ps1 .m .f90 .pas .sol .groovy .elm .nim .zig`,
		good.Standard: ".fsh .xsd .rnc .rng .proto .asn1 .shex .ttl .owl",
		good.Content:  ".md .rst .adoc .tex .pdf .epub .docx .odt .pptx .odp .h5p .html .mp4 .mp3 .ogg .webm .png .jpg .jpeg .svg",
	})
	kindByName = map[string]good.Kind{
		"modelcard.md": good.AI, "model_card.md": good.AI, "adapter_config.json": good.AI, "generation_config.json": good.AI, "tokenizer_config.json": good.AI,
		"datapackage.json": good.Data, "croissant.json": good.Data, "dataset_info.json": good.Data, "dataset_infos.json": good.Data, "csv-metadata.json": good.Data,
		"ig.ini": good.Standard, "sushi-config.yaml": good.Standard,
	}
)

func byExt(lists map[good.Kind]string) map[string]good.Kind {
	m := map[string]good.Kind{}
	for kind, list := range lists {
		for ext := range strings.FieldsSeq(list) {
			m[ext] = kind
		}
	}
	return m
}

// ofOthers are words in the address of a repository by which it may hold another
// kind of good although most of its files are of programs.
var ofOthers = map[string]bool{"spec": true, "specs": true, "specification": true, "specifications": true, "standard": true, "standards": true, "schema": true, "schemas": true, "ontology": true, "vocabulary": true, "protocol": true,
	"guide": true, "guides": true, "methods": true, "lesson": true, "lessons": true, "novice": true, "course": true, "courses": true, "curriculum": true, "book": true, "handbook": true, "textbook": true, "tutorial": true, "tutorials": true, "workshop": true, "awesome": true, "interviews": true, "content": true,
	"dataset": true, "datasets": true, "data": true, "corpus": true, "treebank": true, "benchmark": true, "model": true, "models": true, "pytorch": true, "gan": true, "net": true, "bert": true, "llm": true}

// training are files by which programs train a model, and parts those beside.
var (
	training  = lazy.New(`^(?:pre|run_|main_)?(?:train|training|pretrain|finetune)(?:[_-][a-z0-9_-]+)?\.(?:py|sh)$`)
	inference = lazy.New(`^(?:networks?|models?|generate|inference|infer|evaluate|eval|test|demo|sample|predict|losses|loss)(?:[_-][a-z0-9_-]+)?\.py$`)
)

// doubtful says whether a tree of programs may be another kind of good: by a word
// of its address, or because its programs train and try a model.
func doubtful(t *Target) bool {
	words, owned := addressWords(t)
	if slices.ContainsFunc(words[min(owned, len(words)):], func(w string) bool { return ofOthers[w] }) {
		return true
	}
	trains, tries := false, false
	for i := range t.Entries {
		e := &t.Entries[i]
		if e.Depth <= 1 && !e.Vendored {
			trains = trains || training.MatchString(e.Name)
			tries = tries || inference.MatchString(e.Name)
		}
	}
	return trains && tries
}

// manyPrograms is how many programs no standard is written in.
const manyPrograms = 300

// guessKinds says what kind of good a tree looks like by the names of its
// files. A file that only one kind has outweighs many of the common ones.
func guessKinds(entries []Entry) finding.Finding {
	carded := false // something is there that only models have
	count, sign, strong := map[good.Kind]int{}, map[good.Kind][]string{}, map[good.Kind][]string{}
	for i := range entries {
		e := &entries[i]
		if e.Name == "" {
			*e = At(e.Path, e.Size)
		}
		if e.Vendored || strings.HasPrefix(e.Path, ".") || isReadme(e) || fixture(e) {
			continue
		}
		kind, weight := kindByName[e.Name], 1
		switch {
		case kind != "":
			weight = 20
		case manifest.Known(e.Name, e.Path):
			kind, weight = good.Software, 5
		default:
			kind = kindByExt[e.Ext]
		}
		if _, like := licenceLike(e); kind == "" || like || (kind == good.Data || kind == good.AI) && weight == 1 && isAside(e.Path) {
			continue
		}
		carded = carded || kind == good.AI && weight > 1
		if kind == good.AI {
			weight = 20
		}
		count[kind] += weight
		if weight > 1 {
			strong[kind] = append(strong[kind], e.Path)
		} else if len(sign[kind]) < mostShown {
			sign[kind] = append(sign[kind], e.Path)
		}
	}
	// Pictures and pages are beside everything: they make content where there is
	// nothing else.
	if count[good.Software]+count[good.AI]+count[good.Data]+count[good.Standard] > 0 {
		delete(count, good.Content)
	}
	best, sure := good.Software, finding.Low
	for _, k := range []good.Kind{good.AI, good.Standard, good.Data, good.Content} {
		if count[k] > count[best] || k == good.AI && count[k] > 0 && (carded || 5*count[k] > count[good.Software]) {
			best = k
		}
		if best == good.AI {
			break
		}
	}
	// Schemas may lie by the hundred with a program that reads them.
	if best == good.Standard && len(strong[best]) == 0 && count[good.Software] >= manyPrograms {
		best = good.Software
	}
	// Texts and tables alone may be what a standard, a course or a program is made of.
	if count[best] > 0 && best != good.Content && (best != good.Data || len(strong[best]) > 0) {
		sure = finding.Medium
	}
	paths := sign[best]
	if len(strong[best]) > 0 {
		paths = strong[best]
	}
	slices.SortStableFunc(paths, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
	return looksLike(best, sure, paths...)
}

// looksLike is the finding that by these files a target is of a kind.
func looksLike(kind good.Kind, sure finding.Confidence, paths ...string) finding.Finding {
	f := say(kindsID, finding.Met, sure, finding.Say("check.kinds.guessed", "Kind", string(kind)))
	f.Values = []string{string(kind)}
	for _, p := range paths[:min(len(paths), 3)] {
		f.Evidence = append(f.Evidence, finding.Evidence{Path: p})
	}
	return f
}
