<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>CalibrationTab</name>
    <message>
        <source>When the model says 70 in 100, do 70 in 100 have it? On the dashed grey line its scores can be taken at their word.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class to show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores at their word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score, %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Have the class, %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration of {label}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brier score {brier} (0 is perfect), log loss {loss}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{label} *</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>* Fewer than {few} patients, too few to judge.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration as a table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Have it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patients</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CheckWords</name>
    <message>
        <source>As numbers: {numbers}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ClassesTab</name>
    <message>
        <source>Figures of each class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grey: fewer than {few} patients, too few to judge ({classes}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Precision: of the patients given this class, how many have it. Recall: of the patients who have it, how many were found. F1: the two in one figure. AUC: how well the class is told from the others, 0.5 is chance and 1 perfect.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recall</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>AUC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patients</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>too few patients to judge</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ColumnsModel</name>
    <message>
        <source>Column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Distinct</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Range, mean</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Category</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{low} to {high}, {mean}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} missing ({share})</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConfusionTab</name>
    <message>
        <source>Each row: the patients who have a class, and what the model said of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What patients have, and what the model said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patients who have</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model says {label}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} ({share})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{label}: no patient of this class.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{label}: the model finds {right} of {all} patients.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{label}: the model finds {right} of {all} patients, and takes {most} for {other}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Crash</name>
    <message>
        <source>Something went wrong inside the program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{code}. Nothing was lost: what you imported and approved is stored. If it happens again, close and reopen Wardround, and send the details to the makers of the program.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DataPage</name>
    <message>
        <source>Data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a table of your patients and check what is in it. It stays on this computer, encrypted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tables (*.csv *.tsv *.txt *.parquet);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete “{name}” from this computer?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The encrypted copy and its key are erased. Your own file is not touched.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop a table here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV, TSV or Parquet, one row a visit or a patient. Any delimiter; UTF-8, GB18030 and others are recognised.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open another file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data looks right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{rows} rows, {columns} columns, version {version}, imported {time} from {source}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DatasetWidget</name>
    <message>
        <source>Row {row}: {number} of {count} marked rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What stands out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns ({count})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rows ({count})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parts of the data set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns of the data set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rows of the data set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next marked row</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Training is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training is running. Close Wardround?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If you close it, this hospital&apos;s part stops here and goes on by itself when Wardround is opened again. Nothing is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep training in the background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FilePreview</name>
    <message>
        <source>{size}, {columns} columns. These are its first rows; nothing has been imported yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read as {encoding}, separated by {delimiter}, decimal sign {decimal}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text encoding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Separator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decimal sign</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Importing and encrypting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First rows of the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before you import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>comma</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>semicolon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>vertical bar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>point</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FindingsList</name>
    <message>
        <source>Nothing stands out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>And {count} more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mend</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show rows: {finding}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Formats</name>
    <message>
        <source>{number}%</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>d MMM yyyy, HH:mm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} h</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Home</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where things are, and what comes next.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The way through a study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What happened last</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing yet. What you do and what is sent will be listed here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a table of your patients and check what is in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read the plan, compare the check words by phone, approve and join.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train with the other hospitals; records stay here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See how well the model does, on your own patients too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue with {step}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}: {rows} rows, {columns} columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title}, led by {lead}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{state} · round {round} of {rounds}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>InvitationDialog</name>
    <message>
        <source>Choose an invitation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your invitation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop the invitation here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file that the lead hospital has sent you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Or paste its text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text of the invitation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invited by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You would be</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Valid until</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{lead} invites you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connecting sends {lead} the name of your site, a public key made here, and the program&apos;s version. No record leaves. You approve the study itself on the next page.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect and see the study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LanguageSwitch</name>
    <message>
        <source>Language: {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Locked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your records are encrypted. Open them to go on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the vault</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key is protected by your passphrase.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key rests in this computer&apos;s keyring and opens with your login.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OutboundModel</name>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Received</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not received</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OutboundPage</name>
    <message>
        <source>Outbound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything that left this computer for a study, message by message.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export list…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patients&apos; records sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Records never leave; see the list below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter by kind, study or hash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter the messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages that left this computer, newest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a message to see its details.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Content hash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the content hash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What never leaves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the list of messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written: {files}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages: {messages}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing leaves until you resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages of approved studies may leave.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has left this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each message for a study will be a line here before its first byte leaves.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{study}, round {round}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{kind} ({about}), {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{receipt}, attempts: {attempts}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PhaseStrip</name>
    <message>
        <source>Getting model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Protecting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>still to come</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps of this round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{step}: {state}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProblemBanner</name>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy for IT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details of the problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{code} · {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who can mend this: {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>your hospital&apos;s IT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the lead hospital</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the makers of the program</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Home</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outbound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not open yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>something new</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{page} (Ctrl+{number})</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultsPage</name>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model is worth, for all hospitals together and for your own patients.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export report…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All hospitals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>My site</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show figures of all hospitals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show figures of my site</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Summary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Per class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ROC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parts of the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder for the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written: {files}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No results yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results appear after the first round of a study that you have joined.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The figures of your own site come with the final result.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RocTab</name>
    <message>
        <source>How many patients of a class are found, for each share of false alarms that one accepts. The higher the curve, the better; on the dashed grey line the model would be guessing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{label}: AUC {auc}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>False alarms, % of patients without the class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found, %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ROC curves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ROC curves as a table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>AUC, and how many are found at 5, 10 and 20% false alarms:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at {share}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>AUC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>* Fewer than {few} patients, too few to judge.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{label} *</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changes are saved at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Security</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address below</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file: {setting}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Usual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your records are encrypted. Their key rests in this computer&apos;s keyring and opens with your login.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your records are encrypted. Their key is protected by your passphrase; this computer&apos;s keyring is not used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no vault yet. It is made when you first open data or an invitation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is locked now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You are in the demo. Its hospitals are invented and run on this computer; your own data are not part of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the demo</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>States</name>
    <message>
        <source>Not joined</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused by you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused by network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped by a check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Sent so far {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing leaves this computer until you resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stops sending at the next message.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not in a study yet: nothing is sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{lead} · {state}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not connected to {lead} yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last heard from {lead} {age} ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connected to {lead}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Round {round} of {rounds}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{round} · about {time} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{round} · {state}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StudyPage</name>
    <message>
        <source>Study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read the plan, compare the check words, then decide.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phone the lead hospital and compare these words. They are not secret.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hash of the plan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the hash of the plan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What will leave this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your records</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data set for this study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variables of the study and your columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who takes part</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every site that is in the signed plan, with its check words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sites that take part</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The signed plan as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same for every site. It holds settings only, never a program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} – {rows} rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide the plan&apos;s text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the plan&apos;s text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No study yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A study begins with an invitation from a lead hospital: a file or a text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I have an invitation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The plan could not be read now. What you see here may be old.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the plan…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Telling the lead hospital that you approve and join…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You have approved this plan and joined.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lead hospital could not be asked; this page tries again by itself. {what} {mend}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the lead hospital to let this site in. They will ask you for your check words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the lead hospital to publish the plan. This page changes by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before you can join, open a data set that fits this study: see “Your records” below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your data set does not fit this study yet: see “Your records” below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing of your records is sent before you approve.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words match — approve and join</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Led by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lead hospital&apos;s words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About {size} in {messages} messages over the whole study. Patients&apos; records sent: none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of each</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open my data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No data set has been opened yet. Open one to see whether it fits this study.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{problems} of {all} variables do not fit yet. They are on top.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All {all} variables of the study were found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variable of the study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{site} (you)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Site</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StudyPicker</name>
    <message>
        <source>Study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Study to show</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SummaryTab</name>
    <message>
        <source>The final result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After round {round}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The figures of your own site come with the final result.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your site alone, the federation, and the model adapted to your site</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hash of the federation&apos;s model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the hash of the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who}: the model names the right class for {accuracy} of {rows}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These patients were set aside at the start and opened once, now that training has ended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These are validation patients; final figures may be a little lower. Test patients stay closed until the end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of 100 of your test patients, {number} more get the right answer than with your site alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of 100 of your test patients, {number} fewer get the right answer than with your site alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On your test patients the federation&apos;s model is as good as your site alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your site alone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Federation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adapted to your site</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F1, mean of classes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>AUC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapted model stays on this computer. {reason}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrainingPage</name>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every site trains on its own records; only model updates travel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No study to train yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training begins after you have approved the plan of a study and joined it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ends the work on this study on this computer. Start goes on from the same round.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of this step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sites taking part</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still awaited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last heard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning so far, round by round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{round} of {rounds} rounds finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{code} · {what} {mend}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You have left this study. What was sent before stays in the rounds that were published.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused by you. Nothing is trained or sent until you resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You have joined. Start when you are ready: training runs in the background and resumes after a restart.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready. Waiting for the lead hospital to start the next round; nothing to do here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nobody</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{heard} of {all} heard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error (loss)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right answers on validation patients</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right answers, %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error by round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right answers by round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The charts fill as rounds are published.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After round {round} the error on training patients is {loss}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After round {round} the model names the right class for {accuracy} of all sites&apos; validation patients (error {loss}); after the first round it was {first}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error, training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error, validation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right answers, validation</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VaultDialog</name>
    <message>
        <source>At least {count} characters. Four or five unrelated words are good.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type the same passphrase a second time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Both are the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wardround recovery sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wardround-recovery-sheet.txt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the recovery sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not saved: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved. Move it off this computer, for example onto a stick in the safe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the recovery sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A locked room for your records</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you open in Wardround is kept encrypted on this computer. Without the key nobody can read it, not even with the disk in hand.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for this computer&apos;s keyring…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key rests in this computer&apos;s keyring and opens with your login. You need no passphrase.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no keyring that works. The key is protected by a passphrase that you choose; you will be asked for it at each start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Once more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These words open your records if the passphrase or the keyring is lost. They are shown only now. Print them and lock them away; do not keep them on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Print…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as a file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I have kept the sheet in a safe place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hospitals train one model together; every patient record stays where it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Four hospitals on this computer, real records that anyone may use, the real way of sending. Takes about three minutes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A good first step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I have an invitation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lead hospital has sent you a file or a text. See who invites you and what for, before anything is sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open my data first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at a table of your patients: what is in it, what is missing. It is kept encrypted, on this computer only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is sent until you approve it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Setting up the demo: a coordinator and three pretend hospitals start on this computer…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Wardround – demo: invented hospitals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs data that you have checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs a study that you have joined</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs a finished round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Research use only – not for diagnosis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DEMO</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invented hospitals on this computer; public records, nothing leaves.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
