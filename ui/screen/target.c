#include "ui/screen/target.h"

char *
target_name(const ListRow *row)
{
	const MessageRow *copy = row->copy;
	if (!copy)
		return g_strdup_printf("%" G_GINT64_FORMAT " %s", row->place, row->file);
	if (row->merged && copy->message_id)
		return g_strconcat("<", copy->message_id, NULL);
	return g_strdup_printf("%d:%" G_GINT64_FORMAT, copy->account, copy->id);
}

Target *
target_new(const ListRow *row)
{
	const MessageRow *copy = row->copy;
	Target *target = g_new(Target, 1);
	*target = (Target){ .account = copy->account,
		.folder = copy->folder,
		.key = g_strdup(copy->key),
		.message_id = g_strdup(copy->message_id),
		.thread = row->thread,
		.folded = row->folded,
		.unread = row->unread || (row->folded && row->thread_unread > 0),
		.flagged = row->flagged,
		.name = target_name(row) };
	return target;
}

Target *
target_new_alone(const ListRow *row)
{
	Target *target = target_new(row);
	target->folded = false;
	target->unread = row->unread;
	return target;
}

Target *
target_copy(const Target *target)
{
	Target *copy = g_memdup2(target, sizeof *target);
	copy->key = g_strdup(target->key);
	copy->message_id = g_strdup(target->message_id);
	copy->name = g_strdup(target->name);
	return copy;
}

void
target_free(Target *target)
{
	if (!target)
		return;
	g_free(target->key);
	g_free(target->message_id);
	g_free(target->name);
	g_free(target);
}

GPtrArray *
targets_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)target_free);
}

GPtrArray *
targets_of_row(const ListRow *row)
{
	GPtrArray *targets = targets_new();
	g_ptr_array_add(targets, target_new(row));
	return targets;
}
