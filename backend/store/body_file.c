#include "backend/store/body_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/store/tree.h"

enum { BUFFER_SIZE = 1 << 16 };

struct BodyFile {
	int tmp, file;
	char *key;
	int64_t internal_date;
	bool cr; /* a CR was seen and is not written yet */
	size_t used;
	char buffer[BUFFER_SIZE];
};

static void
body_file_free(BodyFile *body)
{
	g_free(body->key);
	g_free(body);
}

BodyFile *
body_file_create(int tmp, const char *key, int64_t internal_date, GError **error)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int file = openat(tmp, key, flags, 0600);
	if (file < 0 && errno == EEXIST && unlinkat(tmp, key, 0) == 0)
		file = openat(tmp, key, flags, 0600);
	if (file < 0) {
		tree_fail(error, errno, "make the file", key);
		return NULL;
	}
	BodyFile *body = g_new(BodyFile, 1);
	*body = (BodyFile){ .tmp = tmp, .file = file, .internal_date = internal_date };
	body->key = g_strdup(key);
	return body;
}

static bool
flush(BodyFile *body, GError **error)
{
	for (size_t done = 0; done < body->used;) {
		ssize_t written = write(body->file, body->buffer + done, body->used - done);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return tree_fail(error, errno, "write", body->key);
		done += (size_t)written;
	}
	body->used = 0;
	return true;
}

static bool
put(BodyFile *body, const char *bytes, size_t size, GError **error)
{
	while (size > 0) {
		size_t part = MIN(size, BUFFER_SIZE - body->used);
		memcpy(body->buffer + body->used, bytes, part);
		body->used += part;
		bytes += part;
		size -= part;
		if (body->used == BUFFER_SIZE && !flush(body, error))
			return false;
	}
	return true;
}

bool
body_file_write(BodyFile *body, const char *bytes, size_t size, GError **error)
{
	while (size > 0) {
		if (body->cr) {
			/* The CR goes if LF follows; else it stays, and this byte may be another CR. */
			body->cr = false;
			if (*bytes != '\n' && !put(body, "\r", 1, error))
				return false;
		}
		const char *cr = memchr(bytes, '\r', size);
		size_t plain = cr ? (size_t)(cr - bytes) : size;
		if (!put(body, bytes, plain, error))
			return false;
		bytes += plain;
		size -= plain;
		if (cr) {
			body->cr = true;
			bytes++;
			size--;
		}
	}
	return true;
}

bool
body_file_finish(BodyFile *body, GError **error)
{
	bool fine = (!body->cr || put(body, "\r", 1, error)) && flush(body, error);
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = body->internal_date } };
	if (fine && futimens(body->file, times) != 0 && errno != EINVAL)
		fine = tree_fail(error, errno, "set the time of", body->key);
	if (close(body->file) != 0 && errno != EINTR && fine)
		fine = tree_fail(error, errno, "close", body->key);
	if (!fine)
		unlinkat(body->tmp, body->key, 0);
	body_file_free(body);
	return fine;
}

void
body_file_drop(BodyFile *body)
{
	if (!body)
		return;
	close(body->file);
	unlinkat(body->tmp, body->key, 0);
	body_file_free(body);
}

bool
body_files_sync(int tmp, GError **error)
{
	return syncfs(tmp) == 0 ||
	       tree_fail(error, errno, "make durable", "the downloaded messages");
}
