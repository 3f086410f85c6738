#include "ui/screen/reader_source.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_BACK = 8 << 10 /* for the beginning of a line */ };

typedef struct Source {
	int fd;
	int64_t size;
} Source;

static char *
read_piece(const Source *source, int64_t from, int64_t to, size_t *length)
{
	size_t room = to > from ? (size_t)(to - from) : 0;
	char *bytes = g_malloc(room + 1);
	*length = 0;
	while (*length < room) {
		ssize_t got =
			pread(source->fd, bytes + *length, room - *length, from + (int64_t)*length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		*length += (size_t)got;
	}
	bytes[*length] = '\0';
	return bytes;
}

/* Where the line at OFFSET begins, or OFFSET, if it is a very long one. */
static int64_t
line_start(const Source *source, int64_t offset)
{
	if (offset <= 0 || offset >= source->size)
		return CLAMP(offset, 0, source->size);
	int64_t from = MAX(offset - LOOK_BACK, 0);
	size_t length;
	g_autofree char *bytes = read_piece(source, from, offset, &length);
	while (length > 0 && bytes[length - 1] != '\n')
		length--;
	return length > 0 ? from + (int64_t)length : offset;
}

static int64_t
window_start(const Source *source, int64_t window)
{
	return line_start(source, window * SOURCE_WINDOW);
}

static int64_t
window_end(const Source *source, int64_t window)
{
	return line_start(source, (window + 1) * SOURCE_WINDOW + SOURCE_OVERLAP);
}

static int64_t
last_window(const Source *source)
{
	return source->size <= SOURCE_WINDOW + SOURCE_OVERLAP
	               ? 0
	               : (source->size - SOURCE_OVERLAP - 1) / SOURCE_WINDOW;
}

static void
add_piece(TextFlow *flow, const Source *source, int64_t from, int64_t to)
{
	if (to <= from)
		return;
	size_t length;
	g_autofree char *bytes = read_piece(source, from, to, &length);
	text_flow_add(flow, clean_text_new(CLEAN_BODY, bytes, (gssize)length), STYLE_READER);
}

static size_t
count_lines(const Source *source, int64_t from, int64_t to, size_t columns)
{
	g_autoptr(TextFlow) flow = text_flow_new();
	text_flow_set_width(flow, columns);
	add_piece(flow, source, from, to);
	return text_flow_length(flow, SIZE_MAX - 1);
}

/* The overlaps with the windows above and below are pieces of their own, so that they wrap alike in both. */
static TextFlow *
window_flow(const Source *source, int64_t window, size_t columns)
{
	TextFlow *flow = text_flow_new();
	text_flow_set_width(flow, columns);
	int64_t start = window_start(source, window), end = window_end(source, window);
	int64_t above = window > 0 ? window_end(source, window - 1) : start;
	int64_t below = window < last_window(source) ? window_start(source, window + 1) : end;
	add_piece(flow, source, start, above);
	add_piece(flow, source, above, below);
	add_piece(flow, source, below, end);
	return flow;
}

static int64_t
line_wanted(const Source *source, const SourceWish *wish, int64_t window, TextFlow *flow)
{
	int64_t length = (int64_t)text_flow_length(flow, SIZE_MAX - 1);
	switch (wish->from) {
	case SOURCE_FROM_ABOVE:
		return (int64_t)count_lines(source, window_start(source, window),
			       window_end(source, window - 1), wish->columns) -
		       wish->lines;
	case SOURCE_FROM_BELOW:
		return length -
		       (int64_t)count_lines(source, window_start(source, window + 1),
			       window_end(source, window), wish->columns) -
		       wish->lines;
	case SOURCE_AT_END:
		return length - wish->lines;
	case SOURCE_AT_TOP:
		break;
	}
	return wish->lines;
}

bool
source_show(const SourceWish *wish, SourceShown *shown, GError **error)
{
	Source source = { .fd = open(wish->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK) };
	struct stat status;
	if (source.fd < 0 || fstat(source.fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		int why = source.fd < 0 ? errno : EINVAL;
		g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(why), g_strerror(why));
		if (source.fd >= 0)
			close(source.fd);
		return false;
	}
	source.size = status.st_size;
	int64_t last = last_window(&source);
	shown->window = wish->from == SOURCE_AT_END ? last : CLAMP(wish->window, 0, last);
	shown->more = shown->window < last;
	shown->flow = window_flow(&source, shown->window, wish->columns);
	shown->top = (size_t)MAX(line_wanted(&source, wish, shown->window, shown->flow), 0);
	close(source.fd);
	return true;
}
