#ifndef RECONCILE_WINDOWS_H
#define RECONCILE_WINDOWS_H

#include "reconcile/entitle.h"
#include "reconcile/people.h"
#include "reconcile/persons.h"
#include "reconcile/repeats.h"

/* The windows and traces that records gave, kept until it is known who belongs to which company and who is barred. */
struct windows;

/* Whom a record is for: a person, or everybody of a company; the other one is INTERN_NONE. */
struct holder {
	uint32_t person, company;
};

/* reasons (of struct raw_reason), texts: borrowed until windows_free, which the caller calls. */
struct windows *windows_new(const GArray *reasons, const struct intern *texts);
void windows_free(struct windows *windows);

/* Keep a window of the holder's; its person is filled in here. */
void windows_add(
    struct windows *windows, const struct holder *holder, const struct raw_window *window);

/* Keep why the holder has not, or no longer, what the window would be. */
void windows_explain(struct windows *windows, const struct holder *holder,
    const struct raw_window *window, enum cause cause);

/*
 * What a row gave ends by an event that tells no times: explain its persons' windows as cancelled by the event's reason.
 * former: the reasons of one row of a source whose rows are not united.
 */
void windows_withdraw(struct windows *windows, struct reason_range former, uint32_t reason);

/* Give companies' windows to their people; drop what is dead; tell apart what barred people would have. */
void windows_finish(
    struct windows *windows, const struct directory *directory, struct persons *persons);

/* What windows_finish left, as struct entitled has it; owned by windows. */
const GArray *windows_living(const struct windows *windows);
const GArray *windows_barred(const struct windows *windows);
const GArray *windows_traces(const struct windows *windows);

#endif
