#include "index/indexer/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * GMime 3.2 reads address groups by recursion: tens of thousands of nested ones overflow its stack. The
 * header's own lists are counted as they are meant (quotes and comments apart); everywhere else in the
 * file, where attached mails have lists too, a colon is a colon, with a limit no list comes near.
 */
enum {
	HEADER_LIMIT = 1024 * 1024,
	GROUP_DEPTH = 16,
	COLONS = 4000,
	NAME_LIMIT = 220,      /* of 245 in a term, with a number */
	DIRECTORY_LIMIT = 235, /* of 245 in a term */
	SECONDS = 10,
	BYTES_A_SECOND = 4 * 1024 * 1024, /* more time for what is larger than SECONDS of these */
};

static const char *const address_fields[] = { "bcc", "cc", "disposition-notification-to", "from",
	"mail-followup-to", "mail-reply-to", "reply-to", "resent-bcc", "resent-cc", "resent-from",
	"resent-reply-to", "resent-sender", "resent-to", "sender", "to" };

static bool
is_address_field(const char *line, size_t length)
{
	const char *colon = memchr(line, ':', MIN(length, 40));
	if (!colon)
		return false;
	size_t name = (size_t)(colon - line);
	while (name > 0 && (line[name - 1] == ' ' || line[name - 1] == '\t'))
		name--;
	for (size_t i = 0; i < G_N_ELEMENTS(address_fields); i++)
		if (strlen(address_fields[i]) == name &&
			strncasecmp(line, address_fields[i], name) == 0)
			return true;
	return false;
}

/* How deep the groups of an address list are nested, by its own rules. */
static size_t
group_depth(const char *value, size_t length)
{
	size_t depth = 0, deepest = 0, comment = 0;
	bool quoted = false, route = false;
	for (size_t i = 0; i < length; i++) {
		char c = value[i];
		if (c == '\\')
			i++;
		else if (quoted)
			quoted = c != '"';
		else if (c == '(' || c == ')')
			comment = c == '(' ? comment + 1 : comment - (comment > 0);
		else if (comment > 0)
			continue;
		else if (c == '"')
			quoted = true;
		else if (c == '<' || c == '>')
			route = c == '<';
		else if (c == ':' && !route)
			depth++;
		else if (c == ';' && depth > 0)
			depth--;
		deepest = MAX(deepest, depth);
	}
	return deepest;
}

static size_t
count_colons(const char *value, size_t length)
{
	size_t count = 0;
	const char *end = value + length;
	for (const char *c = value; (c = memchr(c, ':', (size_t)(end - c))) != NULL; c++)
		count++;
	return count;
}

/* The end of the line that starts here, after its newline. */
static size_t
line_end(const char *bytes, size_t start, size_t length)
{
	const char *newline = memchr(bytes + start, '\n', length - start);
	return newline ? (size_t)(newline - bytes) + 1 : length;
}

/* The end of the field that starts here: its line and those that go on with it. */
static size_t
field_end(const char *bytes, size_t start, size_t length)
{
	size_t end = line_end(bytes, start, length);
	while (end < length && (bytes[end] == ' ' || bytes[end] == '\t'))
		end = line_end(bytes, end, length);
	return end;
}

static bool
is_empty_line(const char *line, size_t length)
{
	return length == 0 || line[0] == '\n' || (length > 1 && line[0] == '\r' && line[1] == '\n');
}

static bool
is_too_complex(const char *field, size_t length, bool in_header)
{
	const char *value = memchr(field, ':', length);
	size_t rest = length - (size_t)(value + 1 - field);
	return count_colons(value + 1, rest) > COLONS ||
	       (in_header && group_depth(value + 1, rest) > GROUP_DEPTH);
}

const char *
guard_bytes(const char *bytes, size_t length)
{
	if (length > 1 && memcmp(bytes, "\x1f\x8b", 2) == 0)
		return "compressed";
	bool in_header = true;
	for (size_t at = 0; at < length;) {
		if (in_header && is_empty_line(bytes + at, length - at))
			in_header = false;
		if (in_header && at > HEADER_LIMIT)
			return "the header is larger than 1 MB";
		if (!is_address_field(bytes + at, length - at)) {
			at = line_end(bytes, at, length);
			continue;
		}
		size_t end = field_end(bytes, at, length);
		if (is_too_complex(bytes + at, end - at, in_header))
			return "address list too complex";
		at = end;
	}
	return NULL;
}

static const char *
guard_descriptor(int fd, size_t size)
{
	if (size == 0)
		return "empty";
	void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return "cannot be read";
	const char *why = guard_bytes(bytes, size);
	munmap(bytes, size);
	return why;
}

bool
guard_file(const char *path, unsigned *seconds, bool *gone, const char **why)
{
	*seconds = SECONDS;
	*why = NULL;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	*gone = fd < 0 && errno == ENOENT;
	struct stat status;
	if (fd < 0)
		*why = *gone ? "the file is gone" : "cannot be opened";
	else if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		*why = "no regular file";
	else {
		*seconds += (unsigned)MIN(status.st_size / BYTES_A_SECOND, 600);
		*why = guard_descriptor(fd, (size_t)status.st_size);
	}
	if (fd >= 0)
		close(fd);
	return *why == NULL;
}

const char *
guard_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	bool may = !slash || slash - path <= DIRECTORY_LIMIT;
	for (size_t length; *path && may; path += length + (path[length] == '/')) {
		length = strcspn(path, "/");
		may = length <= NAME_LIMIT;
	}
	return may ? NULL : "its path is too long for the index";
}
