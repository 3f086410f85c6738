#pragma once
/* What cli.c, cli_arguments.c and cli_output.c share: the parsed command line. One thread. */
#include "ui/cli.h"

struct Cli {
	const CliCommand *command;
	GPtrArray *given; /* option names and values in turn; a switch's value is "" */
	GPtrArray *words; /* NULL-terminated */
	int ahead;        /* words before "--"; -1: there is none */
	char *config_path;
	Config *config;
	const CliScreen *screen;
};

/*
 * Splits the arguments (behind the command's name) by the command's options. False after a sentence.
 * *help: --help is among them.
 */
bool cli_parse(Cli *cli, int count, char **arguments, bool *help);

void cli_help_command(const CliCommand *command); /* to stdout */
void cli_help_all(void);
void cli_print_version(void);

/* `--manual NAME`, for the build: a page of the manual as scdoc reads it. An exit code. */
int cli_print_manual(const Cli *cli, const char *name);

/* The row of the reader, which has no name. */
extern const CliCommand cli_reader;
const CliCommand *cli_find_command(const char *name); /* or NULL */
