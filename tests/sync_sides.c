#include "tests/sync_sides.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index/maildir_name.h"

char *
sides_text(int mail)
{
	return g_strdup_printf("From: Ada <ada@example.org>\r\nSubject: mail %d\r\n"
			       "Message-ID: <c%d@x>\r\nDate: Sun, 02 Nov 2025 14:02:00 +0000\r\n"
			       "\r\nThe text of %d.\r\n",
		mail, mail, mail);
}

int
sides_mail_of(const char *text)
{
	const char *at = strstr(text, "<c");
	return at ? atoi(at + 2) : -1;
}

/* ---- the server ---- */

GArray *
sides_messages(const Sides *sides)
{
	GArray *found = g_array_new(FALSE, FALSE, sizeof(SidesMessage));
	for (int at = 0; sides->folders[at]; at++) {
		MemoryFolder *folder = memory_server_folder(sides->server, sides->folders[at]);
		for (guint i = 0; i < folder->messages->len; i++) {
			MemoryMessage *message = folder->messages->pdata[i];
			SidesMessage one = { folder, message, sides_mail_of(message->text), at };
			g_array_append_val(found, one);
		}
	}
	return found;
}

/* ---- the tree ---- */

void
sides_file_free(SidesFile *file)
{
	g_free(file->path);
	g_free(file->key);
	g_free(file);
}

static void
free_file(void *file)
{
	sides_file_free(file);
}

static void
list_sub(const Sides *sides, int folder, const char *sub, GPtrArray *files)
{
	g_autofree char *directory = g_build_filename(
		sync_engine_mail(sides->engine), sides->folders[folder], sub, NULL);
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir)) != NULL) {
		MaildirName parts;
		g_autofree char *text = NULL;
		g_autofree char *path = g_build_filename(directory, name, NULL);
		if (!maildir_name_parse(name, &parts))
			continue;
		if (g_file_get_contents(path, &text, NULL, NULL)) {
			SidesFile *file = g_new0(SidesFile, 1);
			*file = (SidesFile){ sides_mail_of(text), folder, parts.flags,
				g_steal_pointer(&path), g_strdup(parts.key) };
			g_ptr_array_add(files, file);
		}
		maildir_name_clear(&parts);
	}
}

static int
by_key(const void *left, const void *right)
{
	const SidesFile *a = *(SidesFile *const *)left, *b = *(SidesFile *const *)right;
	return a->mail != b->mail ? a->mail - b->mail : strcmp(a->key, b->key);
}

GPtrArray *
sides_files(const Sides *sides, int folders)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(free_file);
	for (int folder = 0; folder < folders; folder++) {
		list_sub(sides, folder, "cur", files);
		list_sub(sides, folder, "new", files);
	}
	g_ptr_array_sort(files, by_key);
	return files;
}

bool
sides_put_file(const Sides *sides, const SidesFile *file, int folder, unsigned flags)
{
	g_autofree char *name = maildir_name_build(file->key, false, flags, NULL, false);
	g_autofree char *path = g_build_filename(
		sync_engine_mail(sides->engine), sides->folders[folder], "cur", name, NULL);
	return g_rename(file->path, path) == 0;
}

bool
sides_drop_file(const Sides *sides, int mail, int folder, const char *key, unsigned flags)
{
	g_autofree char *text = sides_text(mail);
	g_autofree char *name = maildir_name_build(key, false, flags, NULL, false);
	g_autofree char *path = g_build_filename(
		sync_engine_mail(sides->engine), sides->folders[folder], "cur", name, NULL);
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
	g_autofree char *there = g_strjoinv("\n", lines);
	return g_file_set_contents(path, there, -1, NULL);
}

/* ---- the store ---- */

char *
sides_store_faults(const Sides *sides)
{
	GString *said = g_string_new(NULL);
	g_autoptr(GPtrArray) faults = sync_engine_check(sides->engine);
	for (guint i = 0; i < faults->len; i++)
		g_string_append_printf(said, "%s; ", (char *)faults->pdata[i]);
	g_autoptr(GPtrArray) left = sync_engine_ask(sides->engine,
		"SELECT printf('kind %d, state %d %s',kind,state,coalesce(err,'')) FROM op");
	for (guint i = 0; i < left->len; i++)
		g_string_append_printf(said, "an operation is left: %s; ", (char *)left->pdata[i]);
	return g_string_free(said, FALSE);
}
