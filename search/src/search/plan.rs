//! From what somebody asks to what is looked up, for one viewer.

use super::score::{Lengths, Score, inverse_frequency};
use crate::{
    highlight::Marker,
    index::{Snapshot, View},
    query::{Query, Term, Word},
    schema::tagged_stem,
    text::{Folding, is_stop_word},
};
use std::collections::BTreeSet;

/// The weight of the word as it was written, beside 1 for its stem. Both together rank better than
/// either alone.
const EXACT_WEIGHT: f32 = 0.5;

/// A language counts if it knows this share of the words that the best one knows.
const LANGUAGE_SHARE: f64 = 0.6;

/// What is looked up, with all weights. The same for every segment.
pub(super) struct Plan {
    /// All must match.
    pub(super) required: Vec<Clause>,
    /// Some must match: see [`Matching`](crate::Matching).
    pub(super) optional: Vec<Clause>,
    /// None may match.
    pub(super) excluded: Clause,
    pub(super) exact_lengths: Lengths,
    pub(super) stem_lengths: Lengths,
    pub(super) marker: Marker,
}

/// Matches where one of its leaves does; its score is the sum of those that do.
#[derive(Default)]
pub(super) struct Clause {
    pub(super) leaves: Vec<Leaf>,
    /// How much it tells that the clause matches: a rare word tells more than a common one. 0 for
    /// what nothing matches.
    pub(super) weight: u32,
}

/// Something that is in a document or not.
pub(super) enum Leaf {
    Exact {
        term: tantivy::Term,
        weight: f32,
    },
    Stem {
        term: tantivy::Term,
        weight: f32,
    },
    /// Terms and their places.
    Phrase {
        terms: Vec<(usize, tantivy::Term)>,
        score: Score,
    },
    /// Documents found beforehand, as bits for each segment.
    Docs {
        bits: Vec<Box<[u64]>>,
        score: Score,
    },
}

impl Plan {
    pub(super) fn new(query: &Query, snapshot: &Snapshot, view: &View) -> tantivy::Result<Self> {
        let counts = &view.counts;
        let mut planner = Planner {
            snapshot,
            view,
            languages: Vec::new(),
            plan: Self {
                required: Vec::new(),
                optional: Vec::new(),
                excluded: Clause::default(),
                exact_lengths: Lengths::new(counts.exact_tokens, counts.documents),
                stem_lengths: Lengths::new(counts.stem_tokens, counts.documents),
                marker: Marker::default(),
            },
        };
        let words = query.terms().iter().filter_map(|it| match it {
            Term::Word(word) => Some(word),
            Term::Prefix(_) | Term::Phrase(_) | Term::Excluded(_) => None,
        });
        let words = planner.choose_languages(words.collect())?;
        planner.words(words)?;
        for term in query.terms() {
            match term {
                Term::Word(_) => {}
                Term::Prefix(word) => planner.prefix(word)?,
                Term::Phrase(words) => planner.phrase(words)?,
                Term::Excluded(words) => planner.exclude(words),
            }
        }
        Ok(planner.plan)
    }
}

/// A weight as a whole number, for sums that do not depend on their order; at least 1, so that
/// what everything matches still counts as matched.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to about 20")]
fn whole(weight: f32) -> u32 {
    if weight > 0.0 { (weight * 1_024.0).max(1.0) as u32 } else { 0 }
}

struct Planner<'a> {
    snapshot: &'a Snapshot,
    view: &'a View,
    languages: Vec<LanguageInUse<'a>>,
    plan: Plan,
}

/// A language in which the query may be meant.
struct LanguageInUse<'a> {
    tag: &'a str,
    /// Visible documents in it.
    documents: u64,
    /// Its share of the query's words, 1 for the best language.
    weight: f32,
}

/// A word with the number of documents that hold its stem, for each language.
struct StemmedWord<'q> {
    word: &'q Word,
    stems: Vec<(tantivy::Term, u64)>,
}

impl<'a> Planner<'a> {
    /// Guesses which languages of the library the query may be in: those that know its words.
    ///
    /// A word counts for each language by itself, so a query may mix them.
    fn choose_languages<'q>(
        &mut self,
        words: Vec<&'q Word>,
    ) -> tantivy::Result<Vec<StemmedWord<'q>>> {
        let languages: Vec<_> = self.view.counts.languages.iter().collect();
        let mut stemmed = Vec::with_capacity(words.len());
        let mut known = vec![0_u32; languages.len()];
        for word in words {
            let mut stems = Vec::with_capacity(languages.len());
            for ((tag, _), known) in languages.iter().zip(&mut known) {
                let term = self.snapshot.fields.stem_term(&tagged_stem(tag, &word.text));
                let with = self.view.doc_freq(self.snapshot, &term)?;
                *known += u32::from(with > 0);
                stems.push((term, with));
            }
            stemmed.push(StemmedWord { word, stems });
        }
        let best = known.iter().copied().max().unwrap_or(0);
        let mut in_use = Vec::with_capacity(languages.len());
        for (&(tag, &documents), &known) in languages.iter().zip(&known) {
            let share = f64::from(known) / f64::from(best.max(1));
            let counts = known > 0 && share >= LANGUAGE_SHARE;
            #[expect(clippy::cast_possible_truncation, reason = "a weight from 0.6 to 1")]
            let weight = share as f32;
            in_use.push(counts.then_some(LanguageInUse { tag, documents, weight }));
        }
        for word in &mut stemmed {
            let mut uses = in_use.iter();
            word.stems.retain(|_| uses.next().is_some_and(Option::is_some));
        }
        self.languages = in_use.into_iter().flatten().collect();
        Ok(stemmed)
    }

    fn words(&mut self, words: Vec<StemmedWord<'_>>) -> tantivy::Result<()> {
        let common = |it: &StemmedWord<'_>| {
            self.languages.iter().any(|language| is_stop_word(language.tag, &it.word.text))
        };
        let all_common = words.iter().all(common);
        let told: Vec<_> = words.into_iter().filter(|it| all_common || !common(it)).collect();
        for StemmedWord { word, stems } in told {
            let mut leaves = Vec::with_capacity(2 + stems.len());
            let mut tells: f32 = 0.0;
            for spelling in self.spellings(&word.text) {
                let term = self.snapshot.fields.exact_term(&spelling);
                let with = self.view.doc_freq(self.snapshot, &term)?;
                if with > 0 {
                    let idf = self.inverse_frequency(with);
                    tells = tells.max(idf);
                    leaves.push(Leaf::Exact { term, weight: EXACT_WEIGHT * idf });
                    self.plan.marker.exact(spelling);
                }
            }
            for ((term, with), language) in stems.into_iter().zip(&self.languages) {
                if with > 0 {
                    let idf = self.stem_inverse_frequency(with, language);
                    tells = tells.max(idf);
                    leaves.push(Leaf::Stem { term, weight: language.weight * idf });
                    self.plan.marker.stem(tagged_stem(language.tag, &word.text));
                }
            }
            // Without leaves the clause stays, as a word that nothing matches.
            self.plan.optional.push(Clause { leaves, weight: whole(tells) });
        }
        Ok(())
    }

    fn prefix(&mut self, word: &Word) -> tantivy::Result<()> {
        let mut leaves = Vec::new();
        let mut tells: f32 = 0.0;
        for spelling in self.spellings(&word.text) {
            let term = self.snapshot.fields.exact_term(&spelling);
            let (bits, with) = self.view.docs_with_prefix(self.snapshot, &term)?;
            if with > 0 {
                let idf = self.inverse_frequency(with);
                tells = tells.max(idf);
                leaves.push(Leaf::Docs { bits, score: Score::new(idf) });
                self.plan.marker.prefix(spelling);
            }
        }
        self.plan.optional.push(Clause { leaves, weight: whole(tells) });
        Ok(())
    }

    fn phrase(&mut self, words: &[Word]) -> tantivy::Result<()> {
        let mut leaves = Vec::new();
        for spelling in self.phrase_spellings(words) {
            let mut weight = 0.0;
            for (_, word) in &spelling {
                let term = self.snapshot.fields.exact_term(word);
                weight += self.inverse_frequency(self.view.doc_freq(self.snapshot, &term)?);
            }
            leaves.push(self.run(&spelling, weight));
            self.plan.marker.phrase(spelling);
        }
        self.plan.required.push(Clause { leaves, weight: 0 });
        Ok(())
    }

    fn exclude(&mut self, words: &[Word]) {
        for spelling in self.phrase_spellings(words) {
            let leaf = self.run(&spelling, 0.0);
            self.plan.excluded.leaves.push(leaf);
        }
    }

    fn run(&self, words: &[(u32, String)], weight: f32) -> Leaf {
        let terms = words
            .iter()
            .map(|(position, word)| (*position as usize, self.snapshot.fields.exact_term(word)));
        let mut terms: Vec<_> = terms.collect();
        match terms.len() {
            1 => Leaf::Exact { term: terms.remove(0).1, weight },
            _ => Leaf::Phrase { terms, score: Score::new(weight) },
        }
    }

    /// How the index may spell a word: it keeps the marks where they make the word.
    fn spellings(&self, word: &str) -> BTreeSet<String> {
        let mut spellings = BTreeSet::from([Folding::Marks.fold(word)]);
        if self.view.counts.languages.keys().any(|it| Folding::of(it) == Folding::Case) {
            spellings.insert(Folding::Case.fold(word));
        }
        spellings.remove("");
        spellings
    }

    fn phrase_spellings(&self, words: &[Word]) -> BTreeSet<Vec<(u32, String)>> {
        let spelled = |folding: Folding| {
            let words = words.iter().map(|it| (it.position, folding.fold(&it.text)));
            words.filter(|(_, word)| !word.is_empty()).collect::<Vec<_>>()
        };
        let mut spellings = BTreeSet::from([spelled(Folding::Marks)]);
        if self.view.counts.languages.keys().any(|it| Folding::of(it) == Folding::Case) {
            spellings.insert(spelled(Folding::Case));
        }
        spellings.retain(|it| !it.is_empty());
        spellings
    }

    fn inverse_frequency(&self, with: u64) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        inverse_frequency(with as f64, self.view.counts.documents)
    }

    /// As if the whole library were in `language`: a word of a language that few speak here is not
    /// rare because of that.
    fn stem_inverse_frequency(&self, with: u64, language: &LanguageInUse<'_>) -> f32 {
        let all = self.view.counts.documents;
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        inverse_frequency(with as f64 * all as f64 / language.documents.max(1) as f64, all)
    }
}
