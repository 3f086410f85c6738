#pragma once
/*
 * A program that is given bytes and whose output is kept: started without a shell, in a session of its own, so that
 * it cannot touch the terminal. UI thread; never blocks.
 */
#include <gio/gio.h>
#include <stdbool.h>

enum { PROGRAM_OUTPUT_LIMIT = 100 << 10 };

/* What waitpid says of a program: "exit status 1", "signal 9"; NULL: all went well. The caller owns it. */
char *program_how_it_ended(int status);

typedef struct ProgramPipe ProgramPipe;

/* OUTPUT: its first bytes, standard error among them; HOW: of program_how_it_ended. Not called after
 * program_pipe_free. */
typedef void (*ProgramPipeDone)(
	const char *output, size_t length, bool cut, const char *how, void *data);

/* NULL if it cannot be started. The caller owns it. */
ProgramPipe *program_pipe_new(
	const char *const *argv, GBytes *input, ProgramPipeDone done, void *data, GError **error);
void program_pipe_free(ProgramPipe *pipe); /* ends it, if it still runs; NULL does nothing */
