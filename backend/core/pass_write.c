#include "backend/core/pass.h"

/* What a pass hands to the disk thread as transactions. */

typedef struct Write {
	Pass *pass;
	GPtrArray *rows;
	GArray *changes;
	GPtrArray *keywords;
	uint32_t low, next;
	uint64_t modseq;
	size_t count;
} Write;

static bool
ask_write(Store *store, void *data, GError **error)
{
	Write *write = data;
	int64_t folder = write->pass->folder->known->id;
	/* no mark moves past what could not be written */
	if (!flow_is_good(write->pass->flow, error))
		return false;
	if (write->changes)
		return store_merge_flags(store, folder, (FlagChange *)(void *)write->changes->data,
			write->changes->len, write->modseq, &write->count, error);
	return store_add_rows(store, folder, write->rows, write->low, write->next, write->modseq,
		&write->count, error);
}

static void
on_written(void *data, const GError *error)
{
	Write *write = data;
	Round *round = write->pass->round;
	if (!error && write->count) {
		*(write->changes ? &round->changed : &round->added) += write->count;
		round->owner->changed(write->pass->folder->known->name, round->owner->data);
	}
	flow_end(write->pass->flow, error);
	g_clear_pointer(&write->rows, g_ptr_array_unref);
	g_clear_pointer(&write->changes, g_array_unref);
	g_clear_pointer(&write->keywords, g_ptr_array_unref);
	g_free(write);
}

bool
pass_write_rows(
	Pass *pass, GPtrArray *rows, uint32_t low, uint32_t next, uint64_t modseq, GError **error)
{
	if (!flow_begin(pass->flow, error)) {
		g_ptr_array_unref(rows);
		return false;
	}
	Write *write = g_new0(Write, 1);
	*write = (Write){ .pass = pass, .rows = rows, .low = low, .next = next, .modseq = modseq };
	disk_tell(pass->round->disk, ask_write, write, on_written);
	return true;
}

bool
pass_write_changes(Pass *pass, uint64_t modseq, GError **error)
{
	if (!flow_begin(pass->flow, error))
		return false;
	Write *write = g_new0(Write, 1);
	*write = (Write){
		.pass = pass, .changes = pass->changes, .keywords = pass->keywords, .modseq = modseq
	};
	pass->changes_kept = 0;
	pass->changes = g_array_new(FALSE, FALSE, sizeof(FlagChange));
	pass->keywords = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	disk_tell(pass->round->disk, ask_write, write, on_written);
	return true;
}
