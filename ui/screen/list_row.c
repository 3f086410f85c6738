#include "ui/screen/list_row.h"

#include <string.h>

#include "index/maildir_name.h"

static CleanText *
sender_text(const char *name, const char *addr)
{
	const char *shown = name && *name ? name : addr && *addr ? addr : "(no sender)";
	return clean_text_new(CLEAN_IDENTITY, shown, -1);
}

static CleanText *
subject_text(const char *subject)
{
	return clean_text_new(CLEAN_LINE, subject && *subject ? subject : "(no subject)", -1);
}

static CleanText *
tags_text(const char *tags)
{
	if (!tags || !*tags)
		return clean_text_new(CLEAN_IDENTITY, "", 0);
	g_auto(GStrv) words = g_strsplit(tags, " ", -1);
	g_autofree char *joined = g_strjoinv("][", words);
	return clean_text_format(CLEAN_IDENTITY, "[%s]", joined);
}

static void
clear_row(gpointer data)
{
	ListRow *row = data;
	if (row->under) {
		if (row->tags != row->under->tags)
			clean_text_unref(row->tags);
		list_row_unref(row->under);
		return;
	}
	message_row_free(row->copy);
	message_row_free(row->other);
	g_free(row->file);
	clean_text_unref(row->sender);
	clean_text_unref(row->subject);
	clean_text_unref(row->tags);
}

static ListRow *
row_of_copy(MessageRow *copy)
{
	ListRow *row = g_atomic_rc_box_new0(ListRow);
	row->copy = copy;
	row->place = -1;
	row->date = copy->date;
	row->unread = list_row_copy_is_unread(copy);
	row->flagged = copy->flags & MAIL_FLAGGED;
	row->replied = copy->flags & MAIL_REPLIED;
	row->passed = copy->flags & MAIL_PASSED;
	row->attachment = copy->attachment;
	row->here = copy->here;
	row->pending = copy->pending;
	row->refused = copy->refused;
	row->sender = sender_text(copy->from_name, copy->from_addr);
	row->subject = subject_text(copy->subject);
	row->tags = tags_text(copy->tags);
	return row;
}

bool
list_row_copy_is_unread(const MessageRow *copy)
{
	return !(copy->flags & MAIL_SEEN);
}

ListRow *
list_row_new(MessageRow *copy, bool local)
{
	ListRow *row = row_of_copy(copy);
	row->pending = !local && (copy->uid == 0 || copy->pending);
	return row;
}

/* Of one Message-ID, those whose header is not the same. */
static guint
count_versions(const ListRow *row, const GPtrArray *others)
{
	g_autoptr(GHashTable) hashes = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_hash_table_add(hashes, &row->copy->header_hash);
	for (guint i = 0; i < others->len; i++) {
		MessageRow *copy = g_ptr_array_index(others, i);
		if (copy->header_hash)
			g_hash_table_add(hashes, &copy->header_hash);
	}
	return g_hash_table_size(hashes);
}

/* Read if any copy is, flagged if any is. */
static void
add_copies(ListRow *row, const GPtrArray *others)
{
	row->merged = true;
	for (guint i = 0; i < others->len; i++) {
		const MessageRow *copy = g_ptr_array_index(others, i);
		row->unread = row->unread && list_row_copy_is_unread(copy);
		row->flagged = row->flagged || (copy->flags & MAIL_FLAGGED);
		row->replied = row->replied || (copy->flags & MAIL_REPLIED);
		row->passed = row->passed || (copy->flags & MAIL_PASSED);
	}
	guint versions = count_versions(row, others);
	if (versions < 2)
		return;
	CleanText *tags = clean_text_format(
		CLEAN_IDENTITY, "[%u versions]%s", versions, clean_text_utf8(row->tags));
	clean_text_unref(row->tags);
	row->tags = tags;
}

/* What can be opened at once is opened. */
static void
find_file(ListRow *row, GPtrArray *others)
{
	for (guint i = 0; i < others->len && !row->here; i++) {
		const MessageRow *copy = g_ptr_array_index(others, i);
		row->here = copy->here;
		if (copy->here)
			row->other = g_ptr_array_steal_index(others, i);
	}
}

ListRow *
list_row_new_message(GPtrArray *copies, bool local)
{
	ListRow *row = list_row_new(g_ptr_array_steal_index(copies, 0), local);
	add_copies(row, copies);
	find_file(row, copies);
	return row;
}

const MessageRow *
list_row_opened(const ListRow *row)
{
	return row->other ? row->other : row->copy;
}

ListRow *
list_row_new_unknown(
	const char *from, const char *subject, int64_t date, const char *file, int64_t place)
{
	ListRow *row = g_atomic_rc_box_new0(ListRow);
	row->file = g_strdup(file);
	row->place = place;
	row->date = date;
	row->here = true;
	row->sender = sender_text(from, NULL);
	row->subject = subject_text(subject);
	row->tags = tags_text(NULL);
	return row;
}

ListRow *
list_row_new_named(int account, const char *key)
{
	MessageRow *copy = g_new0(MessageRow, 1);
	copy->account = account;
	copy->key = g_strdup(key);
	return row_of_copy(copy);
}

/* "[a][b]" with the tag, and without the other. */
static CleanText *
change_tags(CleanText *tags, const ListChange *change)
{
	g_autofree char *on = g_strdup_printf("[%s]", change->tag_on ? change->tag_on : "");
	g_autofree char *off = g_strdup_printf("[%s]", change->tag_off ? change->tag_off : "");
	g_autoptr(GString) text = g_string_new(clean_text_utf8(tags));
	if (change->tag_on && !strstr(text->str, on))
		g_string_append(text, on);
	if (change->tag_off)
		g_string_replace(text, off, "", 0);
	return clean_text_new(CLEAN_IDENTITY, text->str, -1);
}

ListRow *
list_row_new_changed(ListRow *row, const ListChange *change)
{
	ListRow *changed = g_atomic_rc_box_new(ListRow);
	*changed = *row;
	changed->under = list_row_ref(row);
	changed->pending = true;
	changed->refused = false;
	if (change->flagged >= 0)
		changed->flagged = change->flagged;
	if (change->unread >= 0) {
		changed->unread = change->unread;
		int64_t others = change->alone ? MAX(row->thread_unread - 1, 0) : 0;
		changed->thread_unread = change->unread ? MAX(row->thread_unread, 1) : others;
		changed->is_new = row->is_new && change->unread;
	}
	if (change->tag_on || change->tag_off)
		changed->tags = change_tags(row->tags, change);
	return changed;
}

ListRow *
list_row_ref(ListRow *row)
{
	return g_atomic_rc_box_acquire(row);
}

void
list_row_unref(ListRow *row)
{
	if (row)
		g_atomic_rc_box_release_full(row, clear_row);
}

bool
list_row_is_same(const ListRow *one, const ListRow *other)
{
	if (!one->copy || !other->copy)
		return !one->copy && !other->copy && one->place == other->place &&
		       g_strcmp0(one->file, other->file) == 0;
	if (one->merged && other->merged && one->copy->message_id && other->copy->message_id)
		return g_str_equal(one->copy->message_id, other->copy->message_id);
	return one->copy->account == other->copy->account && one->copy->id == other->copy->id;
}
