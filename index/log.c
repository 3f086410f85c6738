#include "index/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/clean_text.h"

enum { LOG_SIZE_LIMIT = 10 << 20 };

/* GLib hands a log writer to the whole process once and for all, so its state is the process's too. */
static struct {
	GMutex lock;
	/* under lock */
	bool installed;
	char *path; /* NULL: stderr */
	char *process;
	int file;
} writer = { .file = -1 };

static int
open_file(const char *path)
{
	return open(path,
		O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
		0600);
}

static void
close_file(void)
{
	if (writer.file >= 0)
		close(writer.file);
	writer.file = -1;
}

static bool
is_current(void)
{
	struct stat ours, there;
	return fstat(writer.file, &ours) == 0 && stat(writer.path, &there) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* Several processes write to the file: whoever finds it full renames it, under a lock on the file. */
static void
rotate_file(void)
{
	g_autofree char *older = g_strconcat(writer.path, ".1", NULL);
	if (flock(writer.file, LOCK_EX) == 0 && is_current())
		rename(writer.path, older);
	close_file();
	writer.file = open_file(writer.path);
}

static void
follow_file(void)
{
	struct stat status;
	if (writer.file < 0 || !is_current()) {
		close_file();
		writer.file = open_file(writer.path);
	}
	if (writer.file >= 0 && fstat(writer.file, &status) == 0 && status.st_size > LOG_SIZE_LIMIT)
		rotate_file();
}

static const char *
level_name(GLogLevelFlags level)
{
	if (level & G_LOG_LEVEL_ERROR)
		return "error";
	if (level & G_LOG_LEVEL_CRITICAL)
		return "critical";
	if (level & G_LOG_LEVEL_WARNING)
		return "warning";
	if (level & G_LOG_LEVEL_MESSAGE)
		return "message";
	return level & G_LOG_LEVEL_INFO ? "info" : "debug";
}

static const char *
field_text(const GLogField *fields, gsize count, const char *key, gssize *length)
{
	*length = -1;
	for (gsize i = 0; i < count; i++)
		if (g_str_equal(fields[i].key, key)) {
			*length = fields[i].length;
			return fields[i].value;
		}
	return "";
}

/* The file takes all but debug lines, stderr warnings; the rest on request (G_MESSAGES_DEBUG). */
static bool
is_wanted(GLogLevelFlags level, const char *domain)
{
	GLogLevelFlags always = G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING;
	if (writer.path != NULL)
		always |= G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO;
	return (level & always) || !g_log_writer_default_would_drop(level, domain);
}

static CleanText *
make_line(GLogLevelFlags level, const char *domain, const char *message, gssize length)
{
	g_autoptr(CleanText) clean = clean_text_new(CLEAN_LINE, message, length);
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *time = g_date_time_format(now, "%F %T");
	return clean_text_format(CLEAN_BODY, "%s.%03d %s[%d] %s %s: %s\n", time,
		g_date_time_get_microsecond(now) / 1000,
		writer.process != NULL ? writer.process : "?", (int)getpid(), domain,
		level_name(level), clean_text_utf8(clean));
}

/* One write a line, so that lines of several processes do not mix. What cannot be written is lost. */
static void
write_line(const CleanText *line)
{
	int file = STDERR_FILENO;
	if (writer.path != NULL) {
		follow_file();
		file = writer.file;
	}
	if (file < 0)
		return;
	ssize_t written = write(file, clean_text_utf8(line), clean_text_length(line));
	(void)written;
}

static GLogWriterOutput
on_log(GLogLevelFlags level, const GLogField *fields, gsize count, gpointer unused)
{
	int saved_errno = errno;
	gssize length;
	const char *domain = field_text(fields, count, "GLIB_DOMAIN", &length);
	const char *message = field_text(fields, count, "MESSAGE", &length);
	g_mutex_lock(&writer.lock);
	if (is_wanted(level, domain)) {
		g_autoptr(CleanText) line = make_line(level, domain, message, length);
		write_line(line);
	}
	g_mutex_unlock(&writer.lock);
	errno = saved_errno;
	return G_LOG_WRITER_HANDLED;
}

static bool
open_writer(const char *path, GError **error)
{
	if (path == NULL)
		return true;
	writer.file = open_file(path);
	if (writer.file < 0) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
			"cannot open the log %s: %s", path, g_strerror(errno));
		return false;
	}
	writer.path = g_strdup(path);
	return true;
}

bool
log_open(const char *path, const char *process, GError **error)
{
	log_close();
	g_mutex_lock(&writer.lock);
	writer.process = g_strdup(process);
	bool opened = open_writer(path, error);
	bool install = !writer.installed;
	writer.installed = true;
	g_mutex_unlock(&writer.lock);
	if (install)
		g_log_set_writer_func(on_log, NULL, NULL);
	return opened;
}

void
log_close(void)
{
	g_mutex_lock(&writer.lock);
	close_file();
	g_clear_pointer(&writer.path, g_free);
	g_clear_pointer(&writer.process, g_free);
	g_mutex_unlock(&writer.lock);
}
