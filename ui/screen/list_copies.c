#include "ui/screen/list_question.h"

/* Merged lists show messages, not copies: which of its copies a message is shown by, and what all of them say. */

static bool
is_shown_before(const MessageRow *one, const MessageRow *other)
{
	if (one->date != other->date)
		return one->date > other->date;
	if (one->account != other->account)
		return one->account < other->account;
	return one->id > other->id;
}

static bool
is_same_copy(const MessageRow *one, const MessageRow *other)
{
	return one->account == other->account && one->id == other->id;
}

/* Adds the other copies in one store to COPIES, whose first is the one asked about; *shown: none of them stands
 * before it in the view. */
static bool
add_copies(ListQuestion *question, size_t store, GPtrArray *copies, bool *shown, GError **error)
{
	const MessageRow *copy = g_ptr_array_index(copies, 0);
	g_autoptr(GPtrArray) found =
		envelopes_copies(question->stores[store], copy->message_id, error);
	if (!found)
		return false;
	while (found->len > 0 && *shown) {
		MessageRow *other = g_ptr_array_steal_index(found, found->len - 1);
		if (is_same_copy(copy, other)) {
			message_row_free(other);
			continue;
		}
		g_ptr_array_add(copies, other);
		*shown = !list_question_shows(question, other, store) ||
		         is_shown_before(copy, other);
	}
	return true;
}

bool
list_question_add(ListQuestion *question, MessageRow *copy, GPtrArray *rows, GError **error)
{
	bool merges = question->view->account == VIEW_ALL_ACCOUNTS && copy->message_id;
	if (!merges) {
		g_ptr_array_add(rows, list_question_row(question, copy));
		return true;
	}
	g_autoptr(GPtrArray) copies =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);
	g_ptr_array_add(copies, copy);
	bool shown = true;
	for (size_t i = 0; i < question->count && shown; i++) {
		if (!add_copies(question, i, copies, &shown, error))
			return false;
	}
	if (shown)
		g_ptr_array_add(rows, list_question_message(question, copies));
	return true;
}
