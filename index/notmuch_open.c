#include "index/notmuch_open.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "index/error.h"

/* libnotmuch reads these before it looks at what it was told; the empty name means none. */
static const char no_config[] = "";

char *
notmuch_open_path(const char *mail_root, const char *database)
{
	char *path = g_canonicalize_filename(database ? database : mail_root, NULL);
	if (g_str_has_suffix(path, "/.notmuch"))
		path[strlen(path) - strlen("/.notmuch")] = '\0';
	return path;
}

static char *
xapian_apart(const char *path)
{
	return g_build_filename(path, "xapian", NULL);
}

char *
notmuch_open_xapian(const char *path)
{
	char *usual = g_build_filename(path, ".notmuch", "xapian", NULL);
	if (g_file_test(usual, G_FILE_TEST_IS_DIR))
		return usual;
	char *apart = xapian_apart(path);
	if (g_file_test(apart, G_FILE_TEST_IS_DIR)) {
		g_free(usual);
		return apart;
	}
	g_free(apart);
	return usual;
}

/*
 * A database that lies apart from the mail knows the mail root from its configuration only. A
 * configuration in memory that says this one thing stands in for the user's. Returns a descriptor or -1.
 */
static int
config_for_root(const char *mail_root)
{
	int fd = memfd_create("notmuch-config", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_key_file_set_string(file, "database", "mail_root", mail_root);
	gsize length;
	g_autofree char *text = g_key_file_to_data(file, &length, NULL);
	if (write(fd, text, length) == (gssize)length)
		return fd;
	close(fd);
	return -1;
}

static GError *
open_error(notmuch_status_t status, const char *path, char *message)
{
	g_autofree char *xapian = notmuch_open_xapian(path);
	GError *error = NULL;
	if (message)
		g_strchomp(message);
	if (g_file_test(xapian, G_FILE_TEST_IS_DIR))
		error = g_error_new(INDEX_ERROR, INDEX_ERROR_MISSING,
			"the index at %s cannot be read (curlew sync makes it anew): %s", path,
			message && *message ? message : notmuch_status_to_string(status));
	else
		error = g_error_new(INDEX_ERROR, INDEX_ERROR_MISSING,
			"there is no index at %s yet (curlew sync makes it)", path);
	free(message);
	return error;
}

notmuch_database_t *
notmuch_open(
	const char *mail_root, const char *database, notmuch_database_mode_t mode, GError **error)
{
	g_autofree char *path = notmuch_open_path(mail_root, database);
	g_autofree char *apart = xapian_apart(path);
	g_autofree char *inside = g_build_filename(path, ".notmuch", "xapian", NULL);
	bool is_apart = database && g_file_test(apart, G_FILE_TEST_IS_DIR) &&
	                !g_file_test(inside, G_FILE_TEST_IS_DIR);
	int fd = is_apart ? config_for_root(mail_root) : -1;
	g_autofree char *config =
		fd >= 0 ? g_strdup_printf("/proc/self/fd/%d", fd) : g_strdup(no_config);
	notmuch_database_t *result = NULL;
	char *message = NULL;
	notmuch_status_t status =
		notmuch_database_open_with_config(path, mode, config, no_config, &result, &message);
	if (fd >= 0)
		close(fd);
	if (status == NOTMUCH_STATUS_SUCCESS)
		return result;
	g_propagate_error(error, open_error(status, path, message));
	return NULL;
}

notmuch_database_t *
notmuch_make(const char *path, GError **error)
{
	notmuch_database_t *result = NULL;
	char *message = NULL;
	notmuch_status_t status =
		notmuch_database_create_with_config(path, no_config, no_config, &result, &message);
	if (status == NOTMUCH_STATUS_SUCCESS)
		return result;
	g_propagate_error(error, open_error(status, path, message));
	return NULL;
}

GPtrArray *
notmuch_read_tags(notmuch_message_t *message)
{
	notmuch_tags_t *tags = notmuch_message_get_tags(message);
	if (!tags)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	for (; notmuch_tags_valid(tags); notmuch_tags_move_to_next(tags))
		g_ptr_array_add(list, g_strdup(notmuch_tags_get(tags)));
	notmuch_tags_destroy(tags);
	return list;
}
