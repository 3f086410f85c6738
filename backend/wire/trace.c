#include "backend/wire/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/error.h"

struct Trace {
	GMutex lock;
	FILE *file; /* under lock */
};

Trace *
trace_open(const char *path, GError **error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	/* an older file may be readable by others */
	FILE *file = fd >= 0 && fchmod(fd, 0600) == 0 ? fdopen(fd, "a") : NULL;
	if (!file) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
			"cannot write the trace %s: %s", path, g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	Trace *trace = g_new0(Trace, 1);
	g_mutex_init(&trace->lock);
	trace->file = file;
	return trace;
}

void
trace_close(Trace *trace)
{
	if (!trace)
		return;
	fclose(trace->file);
	g_mutex_clear(&trace->lock);
	g_free(trace);
}

static void
put_clean(FILE *file, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (g_ascii_isprint(bytes[i]))
			putc(bytes[i], file);
		else
			fprintf(file, "\\x%02x", (unsigned char)bytes[i]);
	}
	putc('\n', file);
}

static void
put_line(Trace *trace, const char *who, const char *bytes, size_t size)
{
	int64_t now = g_get_real_time();
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(now / G_USEC_PER_SEC);
	g_autofree char *clock = g_date_time_format(time, "%H:%M:%S");
	fprintf(trace->file, "%s.%03d %s ", clock, (int)(now / 1000 % 1000), who);
	put_clean(trace->file, bytes, size);
}

static void
put_lines(Trace *trace, const char *who, const char *bytes, size_t size)
{
	if (!trace)
		return;
	g_mutex_lock(&trace->lock);
	while (size) {
		const char *end = memchr(bytes, '\n', size);
		size_t line = end ? (size_t)(end - bytes) + 1 : size;
		size_t shown = end ? line - 1 : line;
		if (shown && bytes[shown - 1] == '\r')
			shown--;
		put_line(trace, who, bytes, shown);
		bytes += line;
		size -= line;
	}
	fflush(trace->file);
	g_mutex_unlock(&trace->lock);
}

void
trace_sent(Trace *trace, const char *bytes, size_t size)
{
	put_lines(trace, "C:", bytes, size);
}

void
trace_received(Trace *trace, const char *bytes, size_t size)
{
	put_lines(trace, "S:", bytes, size);
}

void
trace_note(Trace *trace, const char *sentence)
{
	put_lines(trace, "--", sentence, strlen(sentence));
}
