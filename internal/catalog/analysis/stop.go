package analysis

import "strings"

// stops are the words too common to tell texts apart, folded, by language.
// The lists are short: a word that can carry meaning in this field is not in them.
var stops = func() map[Lang]map[string]bool {
	out := map[Lang]map[string]bool{}
	for lang, list := range map[Lang]string{
		English: `a an and any are as at be by can could do does for from has have how i if in into is it its
			me my need needs of on or our should so some that the their them there these this to us want was we what
			when where which who will with without would you your`,
		French: `a afin ai au aux avec besoin ce ces cet cette chez comme comment d dans de des dont du elle en est et etre il
			ils j je l la le les leur leurs lors m mais mes mon n ne nos notre nous on ou par pas peut plus pour qu que qui
			s sa sans se ses si son sont sur t un une vos votre vous y`,
		Spanish: `a al algo ante como con cual cuando de del desde donde e el ella en entre es esta este estos ha hay la las le les
			lo los mas me mi mis necesito necesitamos no nos nuestra nuestro o para pero por que quien se ser si sin sobre son
			su sus tu un una uno unos y ya`,
		Russian: `а без бы в во все где да для до его ее если есть же за и из или им их к как ко который ли мне мы на над нам
			не него но ну о об от по под при с со так также то тот у уже что чтобы это этот я нужен нужна нужно`,
		Arabic: `في من على الى عن مع هذا هذه ذلك التي الذي ان او و ثم كل بين بدون دون كيف ما لا لم لن هو هي هم قد كان حتي لدي عند
			بعد قبل نحن انا نريد احتاج`,
	} {
		out[lang] = map[string]bool{}
		for _, w := range strings.Fields(list) {
			out[lang][fold(w)] = true
		}
	}
	return out
}()

// asking are the words people ask with rather than for, folded, in all
// languages: they raise a good that has them and are not needed.
var asking = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`help helps helping find finding get getting make making give giving look looking search searching use using
		want best good easy simple
		aide aider trouver chercher cherche utiliser faire meilleur facile simple
		ayuda ayudar encontrar buscar busco usar hacer mejor facil
		помочь помощь найти искать использовать сделать лучший простой
		مساعده ايجاد البحث استخدام افضل سهل`) {
		out[fold(w)] = true
	}
	return out
}()

// glueStops are the words of Chinese that only join others; a question is cut
// at them. Longer ones come first.
var glueStops = []string{"我们需要", "我需要", "帮助", "寻找", "使用", "如何", "怎么", "怎样", "什么", "没有", "需要", "用于", "适合", "可以", "能够", "以及", "或者", "我们", "他们",
	"这个", "一个", "哪些", "进行", "关于", "的", "和", "与", "及", "在", "是", "为", "了", "或", "把", "被", "给", "让", "对", "向", "从", "由", "无", "中", "里", "个"}

func isStop(lang Lang, word string) bool { return stops[lang][word] }
