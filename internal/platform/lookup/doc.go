// Package lookup finds things by the words that stand in their texts: by the beginnings of words, and where nothing
// fits, by words with one typing error. What is kept is in memory only, because the database has these texts sealed. An
// Index never changes once it is built; a Set is one with what came and went since.
package lookup
