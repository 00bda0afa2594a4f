"""Shapes of Liveface's own API. Written by `npm run client-types`; do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class ErrorRates(TypedDict):
    """Measured errors at the threshold; MODELS.md says on what."""

    false_accept: float
    """Share of those who must not pass and do: attacks (APCER), or pairs of two people (FMR)."""
    false_reject: float
    """Share of those who must pass and do not: living people (BPCER), or pairs of one person (FNMR)."""


class Reason(TypedDict):
    """Why the verdict is not `pass`."""

    code: Literal["no_face", "several_faces", "face_unclear", "face_too_small", "face_too_large", "face_cut_off", "too_dark", "too_bright", "blurred", "extreme_pose", "occluded", "unverified_capture", "not_a_photograph", "spoof_suspected", "different_people", "near_threshold", "looks_underage", "age_not_reached", "age_uncertain", "quality_too_low"]
    """What kept the verdict from being `pass`; a closed set."""
    message: str
    """The same in a sentence."""
    picture: Literal["picture", "reference", "picture_2", "picture_3", "picture_4"] | None
    """The picture at fault; null where none is."""


class Warning(TypedDict):
    """Something worth knowing that decided nothing."""

    code: Literal["no_face", "several_faces", "face_unclear", "face_too_small", "face_too_large", "face_cut_off", "too_dark", "too_bright", "blurred", "extreme_pose", "occluded", "unverified_capture"]
    """A closed set."""
    message: str
    """The same in a sentence."""
    picture: Literal["picture", "reference", "picture_2", "picture_3", "picture_4"] | None
    """The picture it is about; null where it is about none."""


class Cue(TypedDict):
    """One thing that the liveness score rests on."""

    name: str
    """Stable name of what was looked at, for example `surroundings`."""
    score: float | None
    """How much this alone speaks for a living person before a camera, 0 to 1; null where it was not taken."""
    note: str
    """One sentence for people."""


class AgeEstimate(TypedDict):
    """An estimated age with its uncertainty."""

    years: float
    """Best estimate."""
    min: float
    """Lower end of the range, in years."""
    max: float
    """Upper end of the range, in years."""
    confidence: float
    """How often such a range holds the true age."""
    minimum_age: int
    """The age that was asked for."""


class Quality(TypedDict):
    """How well the face can be recognised."""

    score: float
    """0 to 100; higher is recognised better."""


class Box(TypedDict):
    """Where the face stands."""

    x: float
    """Left edge, in pixels of the upright picture."""
    y: float
    """Upper edge."""
    width: float
    """Width."""
    height: float
    """Height."""


class SeenPicture(TypedDict):
    """One picture, as the server saw it."""

    name: Literal["picture", "reference", "picture_2", "picture_3", "picture_4"]
    """Which picture of the request: the field that it was sent in."""
    captured: Literal["upload"]
    """How the server came by it. `upload`: sent by the caller, so that nobody can say which camera took it."""
    format: Literal["jpeg", "png", "webp", "tiff", "heic"]
    """What the first bytes say."""
    width: int
    """Pixels of the upright picture."""
    height: int
    """Pixels of the upright picture."""
    bytes: int
    """Size of the file."""
    sha256: str
    """SHA-256 of the file, 64 hex digits."""
    camera_marks: NotRequired[list[Literal["camera_named", "size_kept", "finely_saved"]]]
    """What the file carries of a camera; anybody can write it. `camera_named`: EXIF with maker, model, moment and exposure. `size_kept`: as large as EXIF says, a megapixel or more. `finely_saved`: as finely as cameras save. All three, or `unverified_capture` where the client asks for them. Absent from checks that were answered before it came."""
    faces: int
    """Faces found in it."""
    face: Box | None
    """The most prominent face, which is the one that was judged; null without a face."""


class Check(TypedDict):
    """A check and its verdict."""

    id: str
    """Id of the check."""
    type: Literal["liveness", "match", "age", "quality"]
    """What was asked."""
    person: str | None
    """Your own id of the person; null where you gave none."""
    verdict: Literal["pass", "fail", "review"]
    """`pass`: yes. `fail`: no. `review`: too near the threshold to say; let a person look."""
    probability: float | None
    """Calibrated probability, 0 to 1, of what was asked: a living person, one person in both pictures, the age reached, a face that is recognised again. Null where nothing could be judged."""
    threshold: float | None
    """What the probability had to reach, 0 to 1; null where no age could be judged."""
    error_rates: ErrorRates | None
    """How often verdicts at this threshold err. Null where nothing was measured: age, quality, far thresholds, nets that an operator added."""
    reasons: list[Reason]
    """Why the verdict is not `pass`; empty when it is."""
    warnings: list[Warning]
    """What is worth knowing besides."""
    cues: list[Cue]
    """What a liveness score rests on, of several pictures the weakest; empty for other checks."""
    age: AgeEstimate | None
    """With an age check whose face was judged; else null."""
    quality: Quality | None
    """With a quality check whose face was judged; else null."""
    pictures: list[SeenPicture]
    """The pictures of the request."""
    created_at: str
    """When it was decided. UTC."""


class PendingCheck(TypedDict):
    """A check that is still to be measured."""

    id: str
    """Id of the check."""
    type: Literal["liveness", "match", "age", "quality"]
    """What was asked."""
    person: str | None
    """Your own id of the person; null where you gave none."""
    status: Literal["pending"]
    """It was accepted and is not measured yet."""
    created_at: str
    """When it was accepted. UTC."""


class FieldProblem(TypedDict):
    """One field that is at fault."""

    field: str
    """Name of the field or of the picture."""
    message: str
    """What is wrong with it."""


class Problem(TypedDict):
    """Problem details (RFC 9457)."""

    type: str
    """URN of the problem: `urn:liveface:problem:` and its code."""
    title: str
    """What is wrong, the same for every problem of this code."""
    status: int
    """The HTTP status."""
    code: Literal["body_malformed", "idempotency_key_invalid", "key_missing", "key_unknown", "balance_empty", "key_not_administrative", "key_administrative", "address_not_allowed", "route_unknown", "check_unknown", "session_unknown", "webhook_unknown", "person_unknown", "face_unknown", "client_unknown", "client_key_unknown", "batch_unknown", "check_cancelled", "check_erased", "check_under_way", "webhook_exists", "person_full", "person_known", "face_blocked", "idempotency_key_under_way", "body_too_large", "picture_too_large", "body_type_unsupported", "picture_type_unsupported", "idempotency_key_reused", "fields_invalid", "picture_unreadable", "picture_too_many_pixels", "callback_unknown", "no_face", "several_faces", "face_unclear", "face_too_small", "face_too_large", "face_cut_off", "too_dark", "too_bright", "blurred", "extreme_pose", "occluded", "quality_too_low", "person_differs", "too_many_pending", "too_many_requests", "internal", "busy"]
    """Name of the problem, for programs; a closed set."""
    instance: str
    """URN of this request; its id stands in the header x-request-id and in the log."""
    errors: NotRequired[list[FieldProblem]]
    """The fields or pictures at fault, where any is."""


class BatchLine(TypedDict):
    """A line of a batch: one JSON object, with the fields of the check that it asks for."""

    type: Literal["liveness", "match", "age", "quality"]
    """Which check: its call says what the line must have beside."""
    picture: str
    """The picture to judge, in base64."""
    reference: NotRequired[str]
    """With a match: the picture to compare it with, in base64."""
    person: NotRequired[str]
    """Your own id of the person, 1 to 200 characters. Checks are found and erased by it. No name and no document number, if you can avoid it."""
    minimum_age: NotRequired[int]
    """With an age check, as in its call."""
    callback_url: NotRequired[str]
    """Address of one of your webhooks, which is told of the outcome: the answer is then 202 at once. Its secret signs the message."""


class Batch(TypedDict):
    """A batch and how far it is."""

    id: str
    """Id of the batch."""
    status: Literal["running", "completed", "cancelled"]
    """`running`: checks wait or are under way. `cancelled`: it was, and nothing is under way any more."""
    total: int
    """Lines that were accepted."""
    pending: int
    """Checks that wait or are under way."""
    completed: int
    """Checks with a verdict."""
    failed: int
    """Checks that met a problem, and cost nothing."""
    cancelled: int
    """Checks that were cancelled before they were measured, and cost nothing."""
    erased: int
    """Checks that you erased since."""
    created_at: str
    """When it was accepted. UTC."""
    cancelled_at: str | None


class BatchResult(TypedDict):
    """What became of one line of a batch."""

    line: int
    """Which line of the batch, from 1 on."""
    id: str
    """Id of the check."""
    check: Check | None
    """The check; null where it met a problem."""
    problem: Problem | None
    """What the check met; null where it has a verdict."""


class Client(TypedDict):
    """Who may call this API."""

    id: str
    """Id of the client."""
    name: str
    """What people call it."""
    environment: Literal["sandbox", "production"]
    """Which keys it has."""
    requests_per_minute: int | None
    """Calls a minute; null: as the server limits every client."""
    retention_months: int | None
    """Months after which checks are erased; null: kept until erased."""
    balance: int | None
    """Prepaid checks that are left; null: not billed."""
    created_at: str
    """When it was made. UTC."""


class ClientList(TypedDict):
    """ClientList"""

    data: list[Client]
    """Oldest first."""
    next_cursor: str | None
    """For the next page; null: this is the last."""


class LimitsChange(TypedDict):
    """Limits to change; what is not named stays."""

    requests_per_minute: NotRequired[int | None]
    """Calls a minute; null: as the server limits every client."""
    retention_months: NotRequired[int | None]
    """Months after which checks are erased; null: kept until erased."""
    balance: NotRequired[int | None]
    """Prepaid checks that are left; null: not billed."""


class Key(TypedDict):
    """A key without its secret."""

    id: str
    """Id of the key."""
    name: str | None
    """What people call it; null: nothing."""
    begins_with: str
    """The part of the key that is no secret."""
    created_at: str
    """When it was made. UTC."""
    revoked_at: str | None


class KeyList(TypedDict):
    """KeyList"""

    data: list[Key]
    """Oldest first."""


class NewKey(TypedDict):
    """A key with its secret."""

    id: str
    """Id of the key."""
    name: str | None
    """What people call it; null: nothing."""
    begins_with: str
    """The part of the key that is no secret."""
    created_at: str
    """When it was made. UTC."""
    revoked_at: str | None
    key: str
    """The whole key, shown this once."""


class CheckList(TypedDict):
    """One page of checks."""

    data: list[Check]
    """Newest first."""
    next_cursor: str | None
    """Send it as `cursor` for the next page; null on the last one."""


class Face(TypedDict):
    """An enrolled face. Its template is never shown here."""

    id: str
    """Id of the face."""
    list: Literal["none", "block", "allow"]
    """`block`: nobody else is enrolled with this face. `allow`: others may be, as with twins or one person under two ids. `none`: on no list."""
    note: str | None
    """Why it is on the list."""
    enrolled_at: str
    """When it was enrolled. UTC."""


class PersonMatch(TypedDict):
    """An enrolled face that looks like the picture."""

    person: str | None
    """Your own id of the person."""
    face: str
    """Id of the enrolled face."""
    similarity: float
    """How alike the faces are, 0 to 1, as in a match; people below 20 are marked down."""
    same: bool
    """True from LIVEFACE_SCREENING_SAME on. Of many faces compared one may be alike by chance, so more is asked for than of a match."""
    list: Literal["none", "block", "allow"]
    """`block`: nobody else is enrolled with this face. `allow`: others may be, as with twins or one person under two ids. `none`: on no list."""
    enrolled_at: str
    """When that face was enrolled. UTC."""


class Enrolment(TypedDict):
    """A person with the face that was enrolled."""

    person: str
    """Your own id of the person."""
    list: Literal["none", "block", "allow"]
    """The list that any of the faces is on."""
    consent: str | None
    """What the person agreed to; null: nothing was said."""
    consent_at: str | None
    keep_until: str | None
    faces: list[Face]
    """Enrolled faces, oldest first; 20 at most."""
    created_at: str
    """When the first face was enrolled. UTC."""
    face: str
    """Id of the face that was enrolled now."""
    quality: float
    """How well the face is recognised, 0 to 100."""
    duplicates: list[PersonMatch]
    """Faces of your other people that look like this one, most alike first; 5 at most."""


class Person(TypedDict):
    """A person whose face is enrolled."""

    person: str
    """Your own id of the person."""
    list: Literal["none", "block", "allow"]
    """The list that any of the faces is on."""
    consent: str | None
    """What the person agreed to; null: nothing was said."""
    consent_at: str | None
    keep_until: str | None
    faces: list[Face]
    """Enrolled faces, oldest first; 20 at most."""
    created_at: str
    """When the first face was enrolled. UTC."""


class PersonList(TypedDict):
    """One page of people."""

    data: list[Person]
    """In the order of your ids."""
    next_cursor: str | None
    """Send it as `cursor` for the next page; null on the last one."""


class PersonMatches(TypedDict):
    """Who looks like the picture."""

    matches: list[PersonMatch]
    """Most alike first; empty when nobody is."""


class Erasure(TypedDict):
    """A word that a person was erased, which names no person."""

    audit_sequence: int
    """Row of the audit log that says so."""
    records: int
    """Checks, sessions and enrolments that were erased."""
    faces: int
    """Enrolled faces that were erased."""
    erased_at: str
    """When. UTC."""


class ExportedPicture(TypedDict):
    """A kept picture."""

    id: str
    """Id of the picture."""
    role: str
    """What it was sent as."""
    media_type: str
    """For example `image/jpeg`."""
    bytes: int
    """Its size."""
    created_at: str
    """When it was kept. UTC."""
    url: str
    """Opens the picture without a key for 60 minutes."""


class PersonExport(TypedDict):
    """Everything that the server keeps of a person at your client."""

    person: str
    """Your own id of the person."""
    exported_at: str
    """When it was read. UTC."""
    tables: dict[str, list[dict[str, object]]]
    """The rows that the server keeps of the person at your client, by table; what is encrypted at rest is open here. Without templates and what else is measured of faces: `liveface export --person` writes those."""
    pictures: list[ExportedPicture]
    """Empty where the server keeps no pictures."""


class Branding(TypedDict):
    """Who asks. A field that is null or absent is as `liveface clients set` has it for your client."""

    name: NotRequired[str | None]
    """Who asks, in one line of up to 80 characters."""
    logo: NotRequired[str | None]
    """A PNG in base64, of up to 32 KB and 1024 by 1024 pixels, shown above the name."""
    accent_color: NotRequired[str | None]
    """Colour of buttons and of the frame around the face: `#` and six hex digits."""
    consent_text: NotRequired[str | None]
    """What the person must agree to before the camera starts, up to 2000 characters; lines may break. It is shown as plain text."""


class SessionReason(TypedDict):
    """Why the session, or one attempt, failed."""

    code: Literal["no_photo", "late", "hasty", "no_face", "several_faces", "unjudgeable", "reused", "same_still", "other_person", "spoof", "gesture"]
    """A closed set."""
    message: str
    """A sentence that the person can act on."""
    gesture: Literal["TURN_LEFT", "TURN_RIGHT", "LOOK_UP", "SMILE", "BLINK", "OPEN_MOUTH"] | None
    """Gesture of the photo at fault; null where none is."""


class SessionConsent(TypedDict):
    """When the person agreed, and to which text."""

    given_at: str
    """When the person ticked the box and started. UTC."""
    text_sha256: str
    """SHA-256 of the consent text in UTF-8, 64 hex digits."""


class SessionGesture(TypedDict):
    """One gesture of the session."""

    gesture: Literal["TURN_LEFT", "TURN_RIGHT", "LOOK_UP", "SMILE", "BLINK", "OPEN_MOUTH"]
    """What is asked; left and right are the person’s own."""
    submitted_at: str | None
    passed: bool | None
    """Whether the photo did what was asked; null before the verdict."""
    captured: Literal["page", "upload"] | None
    """How its photo came; null before it. `page`: in a stream of the capture page that a camera seems to feed; `upload`: in any other way."""
    capture_signals: list[Literal["virtual_camera", "no_device", "few_frames", "equal_frames", "equal_noise", "even_rhythm", "sudden", "untimely", "other_moment"]]
    """What speaks against a camera behind its photo. Do not show it to the person. Empty for photos sent otherwise."""


class NewSession(TypedDict):
    """A session with the link to its capture page."""

    id: str
    """Id of the session."""
    person: str
    """Your own id of the person."""
    status: Literal["created", "in_progress", "completed", "expired"]
    """`expired`: the time ran out before every photo had come."""
    verdict: Literal["pass", "fail"] | None
    """`pass`: a living person did what was asked. Null before there is one."""
    confidence: float | None
    """0 to 1, over everything that was looked at. Null before the verdict."""
    liveness_probability: float | None
    """Of the weakest photo. Null before the verdict."""
    match_probability: float | None
    """That of the least alike pair of photos; null too where there were not two faces. Null before the verdict."""
    reasons: list[SessionReason]
    """Empty unless the verdict is `fail`. Do not show the code to the person: it tells a forger what to mend."""
    attempts: int
    """How often the person may try."""
    failed_attempts: list[SessionReason]
    """Why each attempt before the present one failed, oldest first. The gestures, and the verdict once there is one, are those of the attempt after them."""
    consent: SessionConsent | None
    """What the person agreed to at the capture page; null: they were not asked, or not yet."""
    captured: Literal["page", "upload"] | None
    """How the photos came: `page` where all of them did so. Null before the verdict. `page`: in a stream of the capture page that a camera seems to feed; `upload`: in any other way."""
    gestures: list[SessionGesture]
    """In the order in which they are asked for."""
    created_at: str
    """When it was made. UTC."""
    expires_at: str
    """Until when photos are taken. Where the time runs from the opening of the link: until when it opens, before it was opened. UTC."""
    completed_at: str | None
    capture_url: str
    """Address of the page that leads the person through the gestures. It opens once: give it to nobody else."""
    return_secret: str | None
    """Verifies what the person brings to the `return_url`: `liveface_signature` is the HMAC-SHA256, in hex, of `liveface_session`, `liveface_status` and `liveface_time` with a dot between them, keyed with this text; where the server has had several keys one signature for each, with a dot between them. Shown once. Null where there is no return_url."""


class Session(TypedDict):
    """A session of gestures before the camera."""

    id: str
    """Id of the session."""
    person: str
    """Your own id of the person."""
    status: Literal["created", "in_progress", "completed", "expired"]
    """`expired`: the time ran out before every photo had come."""
    verdict: Literal["pass", "fail"] | None
    """`pass`: a living person did what was asked. Null before there is one."""
    confidence: float | None
    """0 to 1, over everything that was looked at. Null before the verdict."""
    liveness_probability: float | None
    """Of the weakest photo. Null before the verdict."""
    match_probability: float | None
    """That of the least alike pair of photos; null too where there were not two faces. Null before the verdict."""
    reasons: list[SessionReason]
    """Empty unless the verdict is `fail`. Do not show the code to the person: it tells a forger what to mend."""
    attempts: int
    """How often the person may try."""
    failed_attempts: list[SessionReason]
    """Why each attempt before the present one failed, oldest first. The gestures, and the verdict once there is one, are those of the attempt after them."""
    consent: SessionConsent | None
    """What the person agreed to at the capture page; null: they were not asked, or not yet."""
    captured: Literal["page", "upload"] | None
    """How the photos came: `page` where all of them did so. Null before the verdict. `page`: in a stream of the capture page that a camera seems to feed; `upload`: in any other way."""
    gestures: list[SessionGesture]
    """In the order in which they are asked for."""
    created_at: str
    """When it was made. UTC."""
    expires_at: str
    """Until when photos are taken. Where the time runs from the opening of the link: until when it opens, before it was opened. UTC."""
    completed_at: str | None


class NewWebhook(TypedDict):
    """A webhook with its secret."""

    id: str
    """Id of the webhook."""
    url: str
    """Address that is told."""
    events: list[Literal["check.completed", "check.failed", "session.completed"]]
    """What is told."""
    created_at: str
    """When it was made. UTC."""
    secret: str
    """Signs every message, as standardwebhooks.com has it: `whsec_` and 24 bytes in base64. Shown once."""


class Webhook(TypedDict):
    """An address that is told of what happens."""

    id: str
    """Id of the webhook."""
    url: str
    """Address that is told."""
    events: list[Literal["check.completed", "check.failed", "session.completed"]]
    """What is told."""
    created_at: str
    """When it was made. UTC."""


class WebhookList(TypedDict):
    """Your webhooks."""

    data: list[Webhook]
    """Oldest first."""


class RotatedWebhook(TypedDict):
    """A webhook with its new secret."""

    id: str
    """Id of the webhook."""
    url: str
    """Address that is told."""
    events: list[Literal["check.completed", "check.failed", "session.completed"]]
    """What is told."""
    created_at: str
    """When it was made. UTC."""
    secret: str
    """Signs every message, as standardwebhooks.com has it: `whsec_` and 24 bytes in base64. Shown once."""
    previous_until: str
    """Until when messages have two signatures, of the new secret and of the one before. UTC."""
