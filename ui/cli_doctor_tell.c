#include <stdio.h>

#include "ui/cli_doctor.h"

void
doctor_tell(Doctor *doctor, const char *account, const char *step, bool right, int exit_code,
	const char *text, const char *help)
{
	if (!right)
		doctor->result = cli_worse(doctor->result, exit_code);
	if (doctor->checks) {
		JsonObject *check = json_object_new();
		json_set_text(check, "account", account);
		json_set_text(check, "step", step);
		json_set_truth(check, "ok", right);
		json_set_text(check, "text", text);
		json_set_text(check, "help", right ? NULL : help);
		json_array_add_object_element(doctor->checks, check);
		return;
	}
	cli_print(CLEAN_LINE, "%s %s%s%s: %s", right ? "ok  " : "BAD ", account ? account : "",
		account ? " " : "", step, text);
	if (!right && help)
		cli_print(CLEAN_BODY, "     → %s", help);
	fflush(stdout);
}
