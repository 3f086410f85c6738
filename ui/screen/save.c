#include "ui/screen/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "index/clean_text.h"

enum { NAMES_LIMIT = 1000, EXTENSION_LIMIT = 16 };

static const struct {
	const char *type, *extension;
} extensions[] = {
	{ "application/pdf", ".pdf" },
	{ "image/gif", ".gif" },
	{ "image/jpeg", ".jpg" },
	{ "image/png", ".png" },
	{ "message/rfc822", ".eml" },
	{ "text/calendar", ".ics" },
	{ "text/html", ".html" },
	{ "text/plain", ".txt" },
};

static char *
nameless(const char *part, const char *type)
{
	const char *extension = ".bin";
	for (size_t i = 0; type && i < G_N_ELEMENTS(extensions); i++) {
		if (g_str_equal(type, extensions[i].type))
			extension = extensions[i].extension;
	}
	return g_strdup_printf("part-%s%s", part, extension);
}

static const char *
last_component(const char *name)
{
	for (const char *at = name; *at; at++) {
		if (*at == '/' || *at == '\\')
			name = at + 1;
	}
	return name;
}

/* The end of a name at which it can be cut for its extension to stay; its length: there is none. */
static size_t
extension_start(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t length = strlen(name);
	return dot && dot != name && strlen(dot) <= EXTENSION_LIMIT ? (size_t)(dot - name) : length;
}

/* Cuts the stem of a name, at a character, so that all has LIMIT bytes at most. */
static void
shorten(GString *name, size_t limit)
{
	if (name->len <= limit)
		return;
	size_t stem = extension_start(name->str), tail = name->len - stem;
	const char *end = name->str + limit - tail;
	while (end > name->str && ((unsigned char)*end & 0xc0) == 0x80)
		end--;
	size_t kept = (size_t)(end - name->str);
	g_string_erase(name, (gssize)kept, (gssize)(stem - kept));
}

char *
save_name(const char *name, const char *part, const char *type)
{
	g_autofree char *valid = g_utf8_make_valid(name ? name : "", -1);
	g_autoptr(GString) kept = g_string_new(NULL);
	for (const char *at = last_component(valid); *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);
		bool leads = kept->len == 0 && strchr(".- ~", (int)(unsigned char)*at);
		if (!leads && !clean_text_is_unsafe(character) && g_unichar_isprint(character))
			g_string_append_unichar(kept, character);
	}
	while (kept->len > 0 && strchr(". ", kept->str[kept->len - 1]))
		g_string_truncate(kept, kept->len - 1);
	shorten(kept, SAVE_NAME_LIMIT);
	return kept->len > 0 ? g_strdup(kept->str) : nameless(part, type);
}

char *
save_directory(void)
{
	g_autofree char *downloads = g_build_filename(g_get_home_dir(), "Downloads", NULL);
	if (g_file_test(downloads, G_FILE_TEST_IS_DIR))
		return g_steal_pointer(&downloads);
	return g_get_current_dir();
}

char *
save_path(const char *typed)
{
	if (g_str_equal(typed, "~"))
		return g_strdup(g_get_home_dir());
	if (g_str_has_prefix(typed, "~/"))
		return g_build_filename(g_get_home_dir(), typed + 2, NULL);
	return g_canonicalize_filename(typed, NULL);
}

static bool
write_all(int fd, GBytes *bytes)
{
	gsize left;
	const char *at = g_bytes_get_data(bytes, &left);
	while (left > 0) {
		ssize_t written = write(fd, at, left);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		at += written;
		left -= (gsize)written;
	}
	return true;
}

static char *
numbered(const char *name, unsigned number)
{
	if (number == 0)
		return g_strdup(name);
	size_t stem = extension_start(name);
	return g_strdup_printf("%.*s (%u)%s", (int)stem, name, number, name + stem);
}

/* A new file in DIRECTORY under the first name that is free, which becomes *NAME; -1 with errno. */
static int
create(int directory, const char *wanted, char **name)
{
	for (unsigned number = 0; number < NAMES_LIMIT; number++) {
		*name = numbered(wanted, number);
		int fd = openat(directory, *name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
		g_clear_pointer(name, g_free);
	}
	errno = EEXIST;
	return -1;
}

char *
save_bytes(const char *directory, const char *name, GBytes *bytes, GError **error)
{
	g_autofree char *made = NULL;
	int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = at >= 0 ? create(at, name, &made) : -1;
	bool created = fd >= 0;
	bool written = created && write_all(fd, bytes);
	int why = errno;
	if (created && close(fd) != 0 && written) {
		why = errno;
		written = false;
	}
	if (created && !written)
		unlinkat(at, made, 0);
	if (at >= 0)
		close(at);
	if (written)
		return g_build_filename(directory, made, NULL);
	g_set_error(error, G_IO_ERROR, (gint)g_io_error_from_errno(why), "%s: %s", directory,
		g_strerror(why));
	return NULL;
}
