#include "backend/core/uidset.h"

#include <string.h>

GPtrArray *
uidset_write(const uint32_t *uids, size_t size, size_t limit, size_t count)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) text = g_string_new(NULL);
	size_t held = 0;
	if (limit == 0)
		limit = UIDSET_TEXT_LIMIT;
	if (count == 0)
		count = SIZE_MAX;
	for (size_t i = 0; i < size;) {
		uint32_t first = uids[i], last = first;
		if (first == 0) {
			i++;
			continue;
		}
		/* As many of a range as the text may still hold; at least one goes into an empty text. */
		for (i++; i < size && (uids[i] == last || uids[i] == last + 1) &&
			  last - first + 1 < count - held;
			i++)
			last = uids[i];
		while (i < size && uids[i] == last)
			i++;
		char range[32];
		int length = first == last ? g_snprintf(range, sizeof range, "%u", first)
		                           : g_snprintf(range, sizeof range, "%u:%u", first, last);
		if (text->len && text->len + 1 + (size_t)length > limit) {
			g_ptr_array_add(texts, g_strdup(text->str));
			g_string_truncate(text, 0);
			held = 0;
		}
		g_string_append_printf(text, "%s%s", text->len ? "," : "", range);
		held += last - first + 1;
		if (held >= count) {
			g_ptr_array_add(texts, g_strdup(text->str));
			g_string_truncate(text, 0);
			held = 0;
		}
	}
	if (text->len)
		g_ptr_array_add(texts, g_strdup(text->str));
	return texts;
}

static bool
read_number(const char **at, uint32_t *number)
{
	uint64_t value = 0;
	const char *begin = *at;
	for (; g_ascii_isdigit(**at) && *at - begin < 10; (*at)++)
		value = value * 10 + (uint64_t)(**at - '0');
	*number = (uint32_t)value;
	return *at > begin && *begin != '0' && value <= UINT32_MAX;
}

static int
compare_uids(gconstpointer a, gconstpointer b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

void
uidset_sort(GArray *uids)
{
	guint kept = 0;
	g_array_sort(uids, compare_uids);
	for (guint i = 0; i < uids->len; i++)
		if (kept == 0 ||
			g_array_index(uids, uint32_t, i) != g_array_index(uids, uint32_t, kept - 1))
			g_array_index(uids, uint32_t, kept++) = g_array_index(uids, uint32_t, i);
	g_array_set_size(uids, kept);
}

static bool
read_range(const char **at, GArray *uids, size_t limit)
{
	uint32_t first, last;
	if (!read_number(at, &first))
		return false;
	last = first;
	if (**at == ':') {
		(*at)++;
		if (!read_number(at, &last))
			return false;
	}
	if (first > last) {
		uint32_t swap = first;
		first = last;
		last = swap;
	}
	if ((uint64_t)last - first + 1 > limit - MIN(limit, uids->len))
		return false;
	for (uint64_t uid = first; uid <= last; uid++) {
		uint32_t number = (uint32_t)uid;
		g_array_append_val(uids, number);
	}
	return true;
}

GArray *
uidset_read(const char *text, size_t limit)
{
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (const char *at = text;; at++) {
		if (!read_range(&at, uids, limit))
			return NULL;
		if (*at == '\0')
			break;
		if (*at != ',')
			return NULL;
	}
	uidset_sort(uids);
	return g_steal_pointer(&uids);
}
