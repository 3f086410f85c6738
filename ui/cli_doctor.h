#pragma once
/*
 * What the checks of `curlew doctor` share: each tells what it found as it finds it. One thread.
 */
#include "ui/cli_copies.h"

typedef struct Doctor {
	Cli *cli;
	const Config *config;
	JsonArray *checks; /* NULL: they are printed as they come */
	int result;
	Stores *stores;
	int64_t messages; /* in the stores that were checked */
} Doctor;

/* One finding. ACCOUNT and HELP may be NULL; EXIT_CODE: what the program ends with if it is bad. */
void doctor_tell(Doctor *doctor, const char *account, const char *step, bool right, int exit_code,
	const char *text, const char *help);

/* The way to the account's server, up to its folders. */
void doctor_check_server(Doctor *doctor, const AccountConfig *account);
/* The account's state database, and what of its mail cannot be used. */
void doctor_check_store(Doctor *doctor, const AccountConfig *account);
/* The index of all accounts, held against their stores. */
void doctor_check_index(Doctor *doctor);
