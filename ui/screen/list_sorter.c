#include "ui/screen/list_sorter.h"

#include <string.h>

#include "index/case_fold.h"

enum { TEXT_LIMIT = 60 }; /* bytes of a text that it is sorted by */

/* Most comparisons end with the number, which holds a text's first eight bytes. */
typedef struct SortKey {
	uint64_t number;
	const char *text; /* the rest; of the sorter's chunk */
	int64_t date;
	guint row;
} SortKey;

struct ListSorter {
	ListOrder order;
	GArray *keys; /* of SortKey */
	GStringChunk *texts;
};

ListSorter *
list_sorter_new(ListOrder order)
{
	ListSorter *sorter = g_new0(ListSorter, 1);
	sorter->order = order;
	sorter->keys = g_array_new(FALSE, FALSE, sizeof(SortKey));
	sorter->texts = g_string_chunk_new(1 << 20);
	return sorter;
}

void
list_sorter_free(ListSorter *sorter)
{
	if (!sorter)
		return;
	g_array_unref(sorter->keys);
	g_string_chunk_free(sorter->texts);
	g_free(sorter);
}

/* ---- what a row is sorted by ---- */

/* What stands before a subject once it is answered or sent on, as programs write it in some languages. */
static const char *
skip_answers(const char *folded)
{
	static const char *const marks[] = { "re:", "fwd:", "fw:", "aw:", "wg:", "sv:", "antw:" };
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (!g_str_has_prefix(folded, marks[i]))
			continue;
		folded += strlen(marks[i]);
		folded += strspn(folded, " \t");
		i = (size_t)-1; /* there may be more */
	}
	return folded;
}

/* Quotes, brackets and blanks before a word are no part of its place in the alphabet. */
static const char *
skip_marks(const char *folded)
{
	const char *word = folded + strspn(folded, " \t\"'<>[](){}");
	return *word ? word : folded;
}

static void
set_text(ListSorter *sorter, SortKey *key, const char *text)
{
	size_t length = strnlen(text, TEXT_LIMIT);
	for (size_t i = 0; i < sizeof key->number; i++)
		key->number = key->number << 8 | (i < length ? (unsigned char)text[i] : 0);
	bool has_rest = length > sizeof key->number;
	key->text = has_rest ? g_string_chunk_insert_len(sorter->texts, text + sizeof key->number,
				       (gssize)(length - sizeof key->number))
	                     : "";
}

void
list_sorter_add(
	ListSorter *sorter, const char *sender, const char *subject, int64_t size, int64_t date)
{
	ListField field = sorter->order.field;
	SortKey key = { .text = "", .date = date, .row = sorter->keys->len };
	if (field == FIELD_SENDER || field == FIELD_SUBJECT) {
		const char *text = field == FIELD_SENDER ? sender : subject;
		g_autofree char *folded = case_fold(text ? text : "");
		const char *plain = field == FIELD_SUBJECT ? skip_answers(folded) : folded;
		set_text(sorter, &key, skip_marks(plain));
	} else {
		/* The largest first: turned round, and as an unsigned number. */
		int64_t number = field == FIELD_SIZE ? size : date;
		key.number = ~((uint64_t)number ^ (UINT64_C(1) << 63));
	}
	g_array_append_val(sorter->keys, key);
}

/* ---- the order ---- */

static int
compare(gconstpointer a, gconstpointer b, gpointer data)
{
	const SortKey *one = a, *other = b;
	const ListSorter *sorter = data;
	int order = (one->number > other->number) - (one->number < other->number);
	if (order == 0)
		order = strcmp(one->text, other->text);
	if (order != 0)
		return sorter->order.reverse ? -order : order;
	if (one->date != other->date)
		return one->date > other->date ? -1 : 1;
	return one->row < other->row ? -1 : 1;
}

GArray *
list_sorter_order(ListSorter *sorter)
{
	g_array_sort_with_data(sorter->keys, compare, sorter);
	GArray *rows = g_array_sized_new(FALSE, FALSE, sizeof(guint), sorter->keys->len);
	for (guint i = 0; i < sorter->keys->len; i++)
		g_array_append_val(rows, g_array_index(sorter->keys, SortKey, i).row);
	return rows;
}
