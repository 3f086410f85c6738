#include "tests/memory_server.h"

#include <string.h>

enum { FIRST_VALIDITY = 7 };

static void
message_free(void *pointer)
{
	MemoryMessage *message = pointer;
	g_free(message->keywords);
	g_free(message->text);
	g_free(message);
}

static void
folder_free(void *pointer)
{
	MemoryFolder *folder = pointer;
	g_free(folder->name);
	g_ptr_array_unref(folder->messages);
	g_array_unref(folder->expunged);
	g_free(folder);
}

MemoryServer *
memory_server_new(GRand *random, unsigned capabilities)
{
	MemoryServer *server = g_new0(MemoryServer, 1);
	server->folders = g_ptr_array_new_with_free_func(folder_free);
	server->troubles = g_array_new(FALSE, FALSE, sizeof(MemoryTrouble));
	server->capabilities = capabilities;
	server->random = random;
	server->modseq = 1;
	return server;
}

void
memory_server_free(MemoryServer *server)
{
	g_ptr_array_unref(server->folders);
	g_array_unref(server->troubles);
	if (server->changes)
		g_string_free(server->changes, TRUE);
	g_free(server);
}

MemoryFolder *
memory_server_create(MemoryServer *server, const char *name)
{
	MemoryFolder *folder = g_new0(MemoryFolder, 1);
	folder->name = g_strdup(name);
	folder->uidvalidity = FIRST_VALIDITY;
	folder->uidnext = 1;
	folder->messages = g_ptr_array_new_with_free_func(message_free);
	folder->expunged = g_array_new(FALSE, FALSE, sizeof(MemoryGone));
	g_ptr_array_add(server->folders, folder);
	return folder;
}

MemoryFolder *
memory_server_folder(const MemoryServer *server, const char *name)
{
	for (guint i = 0; i < server->folders->len; i++) {
		MemoryFolder *folder = server->folders->pdata[i];
		if (g_str_equal(folder->name, name))
			return folder;
	}
	return NULL;
}

uint64_t
memory_server_modseq(const MemoryFolder *folder)
{
	uint64_t highest = 1;
	for (guint i = 0; i < folder->messages->len; i++)
		highest = MAX(highest, ((MemoryMessage *)folder->messages->pdata[i])->modseq);
	for (guint i = 0; i < folder->expunged->len; i++)
		highest = MAX(highest, g_array_index(folder->expunged, MemoryGone, i).modseq);
	return highest;
}

/* ---- trouble ---- */

void
memory_server_calm(MemoryServer *server)
{
	g_array_set_size(server->troubles, 0);
	for (guint i = 0; i < server->folders->len; i++)
		((MemoryFolder *)server->folders->pdata[i])->kept = 0;
}

/* What is just tried again; what else is refused waits for the user. */
static bool
passes(const char *command)
{
	static const char *const words[] = { "SELECT", "EXAMINE", "SEARCH", NULL };
	return g_strv_contains(words, command);
}

bool
memory_server_troubles(MemoryServer *server, const char *command, const char *folder, bool cut)
{
	for (guint i = 0; i < server->troubles->len; i++) {
		const MemoryTrouble *trouble = &g_array_index(server->troubles, MemoryTrouble, i);
		if (trouble->cut != cut || strcmp(trouble->command, command) != 0 ||
			strcmp(trouble->folder, folder) != 0)
			continue;
		if (cut)
			g_array_remove_index(server->troubles, i);
		return true;
	}
	return !cut && passes(command) && server->refuse > 0 &&
	       g_rand_double(server->random) < server->refuse;
}

/* ---- what is done to messages ---- */

void
memory_server_touch(MemoryServer *server, MemoryMessage *message)
{
	message->modseq = ++server->modseq;
}

static MemoryMessage *
put(MemoryServer *server, MemoryFolder *folder, MemoryMessage *message)
{
	message->uid = folder->uidnext++;
	memory_server_touch(server, message);
	g_ptr_array_add(folder->messages, message);
	return message;
}

static MemoryMessage *
clone_message(const MemoryMessage *message)
{
	MemoryMessage *clone = g_memdup2(message, sizeof *message);
	clone->keywords = g_strdup(message->keywords);
	clone->text = g_strdup(message->text);
	return clone;
}

MemoryMessage *
memory_server_copy(MemoryServer *server, const MemoryMessage *message, MemoryFolder *to)
{
	return put(server, to, clone_message(message));
}

MemoryServer *
memory_server_clone(const MemoryServer *server, GRand *random)
{
	MemoryServer *clone = memory_server_new(random, server->capabilities);
	clone->modseq = server->modseq;
	g_array_append_vals(clone->troubles, server->troubles->data, server->troubles->len);
	for (guint i = 0; i < server->folders->len; i++) {
		const MemoryFolder *from = server->folders->pdata[i];
		MemoryFolder *to = memory_server_create(clone, from->name);
		to->uidvalidity = from->uidvalidity;
		to->uidnext = from->uidnext;
		to->kept = from->kept;
		for (guint at = 0; at < from->messages->len; at++)
			g_ptr_array_add(to->messages, clone_message(from->messages->pdata[at]));
		g_array_append_vals(to->expunged, from->expunged->data, from->expunged->len);
	}
	return clone;
}

MemoryMessage *
memory_server_deliver(
	MemoryServer *server, MemoryFolder *folder, const char *text, unsigned flags, int64_t date)
{
	MemoryMessage *message = g_new0(MemoryMessage, 1);
	message->flags = flags;
	message->keywords = g_strdup("");
	message->text = g_strdup(text);
	message->date = date;
	return put(server, folder, message);
}

void
memory_server_expunge(MemoryServer *server, MemoryFolder *folder, MemoryMessage *message)
{
	MemoryGone gone = { message->uid, ++server->modseq };
	g_array_append_val(folder->expunged, gone);
	g_ptr_array_remove(folder->messages, message);
}

void
memory_server_move(
	MemoryServer *server, MemoryFolder *from, MemoryMessage *message, MemoryFolder *to)
{
	memory_server_copy(server, message, to);
	memory_server_expunge(server, from, message);
}

void
memory_server_renumber(MemoryServer *server, MemoryFolder *folder)
{
	GPtrArray *messages = folder->messages;
	folder->uidvalidity++;
	folder->uidnext = 1;
	g_array_set_size(folder->expunged, 0);
	for (guint i = messages->len; i > 1; i--) {
		guint other = (guint)g_rand_int_range(server->random, 0, (gint32)i);
		void *message = messages->pdata[i - 1];
		messages->pdata[i - 1] = messages->pdata[other];
		messages->pdata[other] = message;
	}
	for (guint i = 0; i < messages->len; i++) {
		MemoryMessage *message = messages->pdata[i];
		message->uid = folder->uidnext++;
		memory_server_touch(server, message);
	}
}
