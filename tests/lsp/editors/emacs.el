;;; Applies code actions to the file $FILE until none is left to choose, and saves it.  -*- lexical-binding: t -*-
;; What a person would see goes to the file $LOG, one line of JSON each.
;; $CLIENT is eglot or lsp-mode.

(require 'json)
(require 'cl-lib)
(require 'flymake)

(defun log-entry (entry)
  (append-to-file (concat (json-encode entry) "\n") nil (getenv "LOG")))

(defun wait-until (condition)
  (let ((turn 0))
    (while (not (funcall condition))
      (setq turn (1+ turn))
      (when (> turn 1000)
        (log-entry '((error . "nothing happened")))
        (kill-emacs 1))
      (accept-process-output nil 0.02))))

(defun wanted (title)
  (if (getenv "ALL")
      (string-match-p "Apply all safe fixes" title)
    (not (string-match-p "Ignore\\|unsafe fix\\|Apply all" title))))

(defvar answer nil)

(defun choose (titles)
  (log-entry `((offered . ,(vconcat titles))))
  (setq answer (cl-find-if #'wanted titles))
  (or answer (signal 'quit nil)))

(defvar published nil "Whether diagnostics have come since the last change.")

(cond
 ((equal (getenv "CLIENT") "eglot")
  (require 'eglot)
  (setq last-nonmenu-event t)           ; ask in the minibuffer
  (fset 'completing-read (lambda (_ items &rest _) (choose (mapcar #'car items))))
  (cl-defmethod eglot-handle-notification :after
    (_server (_method (eql textDocument/publishDiagnostics)) &rest _)
    (setq published t))
  (defun diagnostics ()
    (wait-until (lambda () published))
    (mapcar (lambda (d)
              (let ((raw (alist-get 'eglot-lsp-diag (flymake-diagnostic-data d))))
                (list (flymake-diagnostic-beg d) (plist-get raw :code))))
            (sort (flymake-diagnostics)
                  (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b))))))
  (defun ask ()
    (if (getenv "ALL")
        (let ((titles (mapcar (lambda (action) (plist-get action :title))
                              (eglot-code-actions (point-min) (point-max)
                                                  "source.fixAll.impMigrate"))))
          (choose titles)
          (eglot-code-actions (point-min) (point-max) "source.fixAll.impMigrate" t))
      (call-interactively #'eglot-code-actions))))
 (t
  (require 'lsp-mode)
  (setq lsp-auto-guess-root t
        lsp-enable-suggest-server-download nil
        lsp-warn-no-matched-clients nil
        lsp-diagnostics-provider :none
        lsp-enable-snippet nil)
  (fset 'completing-read
        (lambda (_ items &rest _) (choose (all-completions "" items))))
  (add-hook 'lsp-diagnostics-updated-hook (lambda () (setq published t)))
  (defun diagnostics ()
    (wait-until (lambda () published))
    (mapcar (lambda (d)
              (let ((start (gethash "start" (gethash "range" d))))
                (list (lsp--position-to-point start) (gethash "code" d))))
            (gethash (lsp--fix-path-casing buffer-file-name) (lsp-diagnostics t))))
  (defun ask () (call-interactively #'lsp-execute-code-action))))

(defun fix (place)
  (setq answer nil)
  (goto-char place)
  (let ((before (buffer-string)))
    (condition-case nil (ask) (quit nil))
    (unless (equal before (buffer-string))
      (setq published nil)
      (save-buffer)                     ; sends the change at once, not when Emacs is idle
      t)))

(find-file (getenv "FILE"))
(run-hooks 'post-command-hook)          ; what the editor does after every command
(let ((again t)
      (found (diagnostics)))
  (log-entry `((diagnostics . ,(vconcat (mapcar (lambda (d)
                                                  (vector (line-number-at-pos (car d)) (cadr d)))
                                                found)))))
  (while again
    ;; From the end: the fix of an import is all fixes at once.
    (setq again (and (cl-some (lambda (d) (fix (car d))) (reverse (diagnostics)))
                     (not (getenv "ALL"))))))
(save-buffer)
(kill-emacs 0)
